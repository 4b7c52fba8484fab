#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the other tests fail for beside their own checks: which of the kernel's
# messages count as a report of a mistake. The program is "complaints".

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# reported: how many of the lines on standard input count
reported()
{
	"$selftests/complaints" | wc -l
}

# samples: a line of each kind
samples()
{
	sed 's/^/[   12.345678] /' <<-END
	WARNING: CPU: 1 PID: 77 at net/core/dev.c:6021 vmb_rx_port+0x12/0x40
	WARNING: possible circular locking dependency detected
	WARNING: possible recursive locking detected
	WARNING: inconsistent lock state
	WARNING: suspicious RCU usage
	BUG: KASAN: slab-use-after-free in vmb_station_find+0x4b/0x90 [vmbond]
	BUG: kernel NULL pointer dereference, address: 0000000000000010
	BUG: sleeping function called from invalid context at mm/slab.h:310
	BUG: scheduling while atomic: vmbondctl/77/0x00000002
	BUG: unable to handle page fault for address: ffffffffc0de0000
	BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 40s!
	kernel BUG at net/core/skbuff.c:120!
	Oops: 0000 [#1] PREEMPT SMP NOPTI
	general protection fault, probably for non-canonical address 0xdead: 0000
	Kernel panic - not syncing: Fatal exception in interrupt
	UBSAN: array-index-out-of-bounds in /src/kmod/vlan.c:10:2
	ODEBUG: free active (active state 0) object type: timer_list
	refcount_t: underflow; use-after-free.
	ref_tracker: netdev@00000000 has 1/2 users at
	unregister_netdevice: waiting for m0 to become free. Usage count = 2
	list_del corruption. prev->next should be dead000000000100
	watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [ip:77]
	watchdog: Watchdog detected hard LOCKUP on cpu 0
	rcu: INFO: rcu_sched self-detected stall on CPU
	INFO: task ip:77 blocked for more than 60 seconds.
	kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
	END
}

mistakes()
{
	local counted

	counted=$(samples | "$selftests/complaints")
	check_eq "what does not count" \
		"$(samples | grep -vxF "$counted" || :)" ""
	log_test "each kind of report counts"
}

well()
{
	check_eq "lines" "$(reported <<-END
		[    1.000000] vmbond: loading out-of-tree module taints kernel.
		[    1.000001] br-phy: member m0 is up
		[    1.000002] kmemleak: Kernel memory leak detector initialized
		[    1.000003] kcsan: enabled early
		[    1.000004] rcu: Hierarchical RCU implementation.
		[    1.000005] device m0 entered promiscuous mode
		[    1.000006] ref_tracker: memory allocation failure, unreliable refcount tracker.
		[    1.000007] debug: BUGs are found by the installer
		END
	)" 0
	log_test "what a kernel says that is well does not"
}

# race FUNCTION FUNCTION: as the kernel tells of one
race()
{
	cat <<-END
	[   12.0] ==================================================================
	[   12.0] BUG: KCSAN: data-race in $1 / $2
	[   12.0] read to 0xffff88800d2c1e40 of 8 bytes by task 77 on cpu 1:
	END
}

races()
{
	check_eq "in ours" "$(race vmb_rx_member vmb_rx_member | reported)" 1
	check_eq "in ours and another" \
		"$(race dev_get_stats vmb_rx_member | reported)" 1
	check_eq "in others" "$(race tick_sched_do_timer sk_wait | reported)" 0
	check_eq "in those after one of theirs" \
		"$({ race tick_nohz_idle_exit tick_do_update; race vmb_fdb_find \
			vmb_fdb_new; } | reported)" 1
	log_test "a data race counts where one of its functions is ours"
}

mistakes
well
races
