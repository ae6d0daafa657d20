# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Help, man page and completions name the same commands and options.
man=$root/docs/man/memlint.1
# What troff makes of the page, as far as options go.
sed 's/\\-/-/g' "$man" >man.txt

commands=$("$memlint" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 13 ] || fail "--help lists too few commands: $commands"
for command in $commands; do
	"$memlint" "$command" --help >help.txt || fail "$command --help fails"
	"$memlint" help "$command" | cmp -s - help.txt || fail "help $command differs from $command --help"
	grep -q "^\.SS memlint $command\b" man.txt || fail "the man page has no section on $command"
	grep -qw "$command" "$root/docs/completion/memlint.bash" || fail "bash does not complete $command"
	grep -oE '^ {2,6}(-[a-z], )?--[a-z-]+' help.txt | grep -oE -- '--[a-z-]+' | grep -vx -- --help >options.txt || true
	while read -r option; do
		grep -qF -- "$option" man.txt || fail "the man page does not name $command's $option"
		sed -n "/^\t$command)/p" "$root/docs/completion/memlint.bash" | grep -qF -- "$option" ||
			fail "bash does not complete $command $option"
		sed -n "/^\t$command)/,/;;/p" "$root/docs/completion/_memlint" | grep -qF -- "'$option" ||
			fail "zsh does not complete $command $option"
		grep "__fish_seen_subcommand_from $command'" "$root/docs/completion/memlint.fish" |
			grep -qF -- "-l ${option#--}" || fail "fish does not complete $command $option"
	done
done

# And nothing that is not there: every long option of the completions is some command's.
for command in $commands; do
	"$memlint" "$command" --help
done | grep -oE -- '--[a-z-]+' | sort -u >known
grep -ohE -- '--[a-z-]{2,}' "$root/docs/completion/memlint.bash" man.txt | sort -u |
	grep -vxE -- '--(version|help|facts-only)' >named
unknown=$(comm -13 known named)
[ -z "$unknown" ] || fail "documented, but no command's: $unknown"

bash -c ". '$root/docs/completion/memlint.bash'; COMP_WORDS=(memlint st); COMP_CWORD=1; _memlint; echo \${COMPREPLY[0]}" >out
grep -qx stat out || fail "bash completes 'memlint st' to $(cat out)"
