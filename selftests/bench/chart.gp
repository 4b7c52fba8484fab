# SPDX-License-Identifier: GPL-2.0
#
# gnuplot -e "dir='...'; out='...'; note='...'" chart.gp

set terminal svg size 1200,600 font "DejaVu Sans,Helvetica,Arial,15" background "#ffffff"
set output out
set multiplot

grey = "#8a94a0"
set style fill solid 1.0 noborder
set boxwidth 0.86
set border 1 linecolor rgb grey linewidth 1
set tics nomirror scale 0 textcolor rgb "#333333"
unset key
array colour[4] = ["#c3cad3", "#8fa0b3", "#4f77a6", "#e4572e"]
array name[4] = ["bridge + bonding", "the same with NetworkManager's rules", "Open vSwitch balance-slb", "vmbond"]
array place[4] = [0.036, 0.205, 0.515, 0.725]

# What both halves have in common
step = 5.5
set xrange [-0.9:2 * step + 3.9]
set lmargin 0
set rmargin 0

set label 1 "{/:Bold=24 One kernel device instead of a stack of them}" at screen 0.03,0.945 textcolor rgb "#222222"
do for [i = 1:4] {
	x = place[i]
	set object i rectangle at screen x,0.865 size screen 0.012,0.024 fillcolor rgb colour[i] fillstyle solid noborder
	set label 10 + i name[i] at screen x + 0.011,0.865 textcolor rgb "#333333"
}
set label 30 note at screen 0.03,0.035 font ",11" textcolor rgb grey

set label 40 "{/:Bold Cost of a frame above a bare redirect}, ns" at graph 0,1.09 textcolor rgb "#222222"
set origin 0,0
set size 1,1
set tmargin at screen 0.71
set bmargin at screen 0.14
set lmargin at screen 0.03
set rmargin at screen 0.50
set yrange [0:*]
set offsets 0, 0, graph 0.06, 0
unset ytics
set xtics ("VM to uplink" 1.5, "uplink to VM" 1.5 + step, "VM to VM" 1.5 + 2 * step)
plot for [i = 0:3] dir."/cost" index i using 1:2 with boxes linecolor rgb colour[i + 1], \
     for [i = 0:3] dir."/cost" index i using 1:2:3 with labels offset 0,0.6 font (i == 3 ? ",15" : ",12") textcolor rgb "#222222"

unset label 1
do for [i = 1:4] { unset object i; unset label 10 + i }
unset label 30
set label 40 "{/:Bold Outage when a link fails}, ms (logarithmic scale)"
set lmargin at screen 0.55
set rmargin at screen 0.98
set offsets 0, 0, 0, 0
set logscale y
set yrange [0.02:2000]
set xtics ("peer goes down" 1.5, "carrier goes" 1.5 + step, "kernel tells late" 1.5 + 2 * step)
plot for [i = 0:3] dir."/failover" index i using 1:2 with boxes linecolor rgb colour[i + 1], \
     for [i = 0:3] dir."/failover" index i using 1:2:3 with labels offset 0,0.6 font (i == 3 ? ",15" : ",12") textcolor rgb "#222222"
unset multiplot
