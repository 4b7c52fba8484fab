# SPDX-License-Identifier: GPL-2.0
#
# The front end: "make help" tells what there is. What the module consists of
# is in kmod/Kbuild, what the tool consists of in tools/vmbondctl/Makefile.

KDIR ?= /lib/modules/$(shell uname -r)/build
KERNEL ?= 6.1
FUZZ_SECONDS ?= 300
kernels := $(if $(filter all,$(KERNEL)),6.1 6.12 7.2 6.1-rt 6.1-cloud,$(KERNEL))

all: modules tools ## build the module and the tool

modules: $(KDIR) ## build kmod/vmbond.ko [KDIR=kernel tree] [ARCH=um]
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

$(KDIR):
	$(error no kernel headers in $(KDIR): install linux-headers-$(shell \
		uname -r), or name a tree with KDIR=)

tools: ## build tools/vmbondctl/vmbondctl
	$(MAKE) -C tools/vmbondctl

install: tools dkms-install ## install the tool, and the module by DKMS
	$(MAKE) -C tools/vmbondctl install

uninstall: ## take away what install put there
	tools/dkms.sh uninstall
	$(MAKE) -C tools/vmbondctl uninstall

dkms-install: ## have DKMS build the module, now and for each new kernel
	tools/dkms.sh install

dkms-check: ## try that against Debian's headers [KERNEL=6.1|6.12|7.2|all]
	selftests/vm/deps.sh build vm dkms
	tools/dkms.sh check $(kernels)

demo: ## see it work, in a machine of its own [KERNEL=...]
	selftests/vm/deps.sh build vm demo
	selftests/vm/run -k $(KERNEL) -t 240 selftests/demo.sh

check: ## test it [KERNEL=6.1|6.12|7.2|6.1-rt|uml|kcsan|...|all] [TESTS="a b"]
	KERNELS="$(kernels)" selftests/check.sh $(TESTS)

check-debug: ## test it under a kernel that looks for mistakes (KASAN, lockdep)
	KERNELS=uml-debug selftests/check.sh $(TESTS)

soak: ## everything at once, for long [SOAK=2h] [KERNEL=uml]
	selftests/vm/deps.sh build vm test
	selftests/vm/run -k $(if $(filter file,$(origin KERNEL)),uml,$(KERNEL)) -t 90000 \
		env SOAK=$(or $(SOAK),2h) selftests/soak.sh

fuzz: ## requests and frames at random, under KASAN [FUZZ_SECONDS=300]
	selftests/vm/deps.sh build vm test
	selftests/vm/run -k uml-debug -p kmemleak=off \
		-t $(shell expr $(FUZZ_SECONDS) \* 8 + 300) \
		env FUZZ_SECONDS=$(FUZZ_SECONDS) selftests/fuzz.sh

bench: ## measure it beside bridge and Open vSwitch [BENCH=--quick]
	selftests/bench/run $(BENCH)

bench-check: ## measure for three minutes whether it is as fast as it was
	selftests/bench/run --quick

coverage: ## which lines of the module the selftests go through
	selftests/coverage $(TESTS)

lint: ## checkpatch, sparse, shellcheck and the like
	selftests/vm/deps.sh build vm lint
	tools/lint.sh

clean: ## remove what was built here
	$(MAKE) -C tools/vmbondctl clean
	find kmod -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' \) -delete
	rm -rf build modules.order Module.symvers .tmp_versions .*.cmd

help: ## print this
	@sed -n 's/^\([a-z-]*\):.* ## /\1\t/p' Makefile | expand -t 14

.PHONY: all modules tools install uninstall dkms-install dkms-check demo check \
	check-debug soak fuzz bench bench-check coverage lint clean help
