# SPDX-License-Identifier: MIT
# bash completion for memlint-analyze
_memlint_analyze() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $previous in
	--format) words="text json sarif github junit checkstyle" ;;
	--level) words="default strict" ;;
	--color) words="auto always never" ;;
	--allocator) words="glibc jemalloc tcmalloc mimalloc" ;;
	--select | --ignore | --explain) words=$("${COMP_WORDS[0]}" --list-rules 2>/dev/null | awk '{ print $2 }') ;;
	*)
		if [[ $current == -* ]]; then
			words="--build= --extra-arg= --resource-dir= --select= --ignore= --level= --all --allocator= --min-saved=
				--config= --no-config --baseline= --write-baseline= --profile= --diff-base= --format= --output=
				--statistics --timings --diff --fix --unsafe-fixes --color= --quiet --jobs= --timeout= --cache-dir= --no-cache
				--facts-only= --depfile= --merge --lsp --list-rules --explain= --help --version"
			[[ $current != *= ]] || words=
			compopt -o nospace
		fi
		;;
	esac
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	else
		compopt -o default
	fi
}
complete -F _memlint_analyze memlint-analyze
