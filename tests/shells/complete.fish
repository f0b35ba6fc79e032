# Says what fish offers at the end of each line of its input.
#
#     fish --no-config complete.fish SCRIPT
source $argv[1]; or exit
while read --local line
    echo "> $line"
    complete -C "inqud-hook $line" | string replace --regex '\t.*' ''
end
