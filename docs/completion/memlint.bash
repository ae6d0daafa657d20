# SPDX-License-Identifier: MIT
# bash completion for memlint
_memlint() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "run stat diff peak leaks tree types why deep retained growth temporary timeline lines html check merge export doctor help --help --version" -- "$cur")
		return
	fi
	case $prev in
	--color)
		mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur")
		return
		;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W "lineno filename traceback type function thread" -- "$cur")
		return
		;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "size count alloc peak temporary" -- "$cur")
		return
		;;
	--metric)
		mapfile -t COMPREPLY < <(compgen -W "live-bytes live-count peak-bytes alloc-bytes alloc-count" -- "$cur")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "json csv collapsed pprof speedscope heaptrack dhat heapsnapshot" -- "$cur")
		return
		;;
	esac
	case $command in
	run) words="--output --quiet --nframe --interval --signal --graph --no-follow-fork --top --color --help" ;;
	stat) words="--by --cumulative --filter --exclude --type --thread --all-frames --top --json --color --sort --snapshot --source --plain --table --help" ;;
	diff) words="--by --cumulative --filter --exclude --type --thread --all-frames --top --json --color --from --to --all --peak --help" ;;
	peak) words="--filter --exclude --type --thread --all-frames --top --json --color --snapshot --help" ;;
	leaks) words="--filter --exclude --type --thread --all-frames --top --json --color --snapshot --source --help" ;;
	tree) words="--metric --min --filter --exclude --type --thread --all-frames --snapshot --json --color --help" ;;
	types) words="--filter --exclude --type --thread --all-frames --top --json --color --sort --snapshot --layout --help" ;;
	why) words="--snapshot --top --json --color --help" ;;
	deep) words="--snapshot --top --json --color --help" ;;
	retained) words="--by --snapshot --top --json --color --help" ;;
	growth) words="--by --filter --exclude --type --thread --all-frames --top --json --color --source --help" ;;
	temporary) words="--by --filter --exclude --type --thread --all-frames --top --json --color --snapshot --help" ;;
	timeline) words="--json --color --help" ;;
	lines) words="--function --per-call --top --snapshot --json --color --help" ;;
	html) words="--output --filter --exclude --type --thread --all-frames --snapshot --help" ;;
	check) words="--max-peak --max-live --max-leaked --max-lost --max-allocs --max-allocated --max-temporary --max-line --no-growth --filter --exclude --snapshot --color --help" ;;
	merge) words="--output --help" ;;
	export) words="--format --output --metric --filter --exclude --type --thread --all-frames --snapshot --help" ;;
	doctor) words="--color --help" ;;
	esac
	case $cur in
	-*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
	*)
		case $command in
		run | doctor) mapfile -t COMPREPLY < <(compgen -c -f -- "$cur") ;;
		*) mapfile -t COMPREPLY < <(compgen -f -X '!*.memlint' -- "$cur" && compgen -d -S / -- "$cur") ;;
		esac
		;;
	esac
}
complete -o filenames -F _memlint memlint
