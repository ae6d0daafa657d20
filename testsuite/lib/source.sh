# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Source packages of the distribution, through an apt configuration of our own: the machine's is not touched.
# Needs common.sh. fetch_source PACKAGE puts the unpacked tree into $work/src/PACKAGE and prints its path.

apt_home=$work/apt

# The machine's own sources with deb-src in place of deb; other vendors' are left out.
source_entries() {
	local codename file
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -r "$file" ] || continue
		sed -nE "s/^[[:space:]]*deb(-src)?[[:space:]]+((\[[^]]*\][[:space:]]+)?[^[:space:]]+[[:space:]]+($codename|stable)[-a-z/]*[[:space:]].*)/deb-src \2/p" "$file"
	done | sort -u >"$apt_home/sources.list.d/ours.list"
	for file in /etc/apt/sources.list.d/*.sources; do
		[ -r "$file" ] || continue
		awk -v codename="$codename" 'BEGIN { RS = ""; FS = "\n" }
			{
				keep = 0
				text = ""
				for (i = 1; i <= NF; i++) {
					if ($i ~ /^[Tt]ypes:/)
						$i = "Types: deb-src"
					if ($i ~ /^[Ss]uites:/ && ($i ~ "[ :]" codename "([-/ ]|$)" || $i ~ / stable/))
						keep = 1
					text = text $i "\n"
				}
				if (keep)
					print text
			}' "$file"
	done >"$apt_home/sources.list.d/ours.sources"
}

apt_private() {
	local verb=$1
	shift
	"$verb" -c "$apt_home/apt.conf" "$@"
}

# Refreshes the lists once a day; fails without a mirror.
apt_prepare() {
	local stamp=$apt_home/updated
	if [ -e "$stamp" ] && [ -z "$(find "$stamp" -mmin +1440)" ]; then
		return 0
	fi
	mkdir -p "$apt_home"/{sources.list.d,state/lists/partial,cache/archives/partial}
	cat >"$apt_home/apt.conf" <<-CONF
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$apt_home/sources.list.d";
		Dir::State "$apt_home/state";
		Dir::State::status "/var/lib/dpkg/status";
		Dir::Cache "$apt_home/cache";
		APT::Sandbox::User "$(id -un)";
		Acquire::Languages "none";
	CONF
	source_entries
	quietly apt_private apt-get update || return 1
	touch "$stamp"
}

# A mirror may list a newer version than it holds: the next older one is as good here.
download_source() {
	local package=$1 dir=$2 version
	for version in $(apt_private apt-cache showsrc "$package" 2>/dev/null | sed -n 's/^Version: //p' | sort -rV | uniq); do
		rm -rf "$dir"
		mkdir -p "$dir"
		if (cd "$dir" && apt_private apt-get source --download-only "$package=$version" >log 2>&1); then
			return 0
		fi
	done
	if [ -r "$dir/log" ]; then
		grep '^E:' "$dir/log" >&2 || true
	else
		echo "no source package '$package'" >&2
	fi
	return 1
}

# fetch_dsc PACKAGE: downloads its source package, prints the path of the .dsc; fails without a mirror.
fetch_dsc() {
	local package=$1 dir=$work/dsc/$1 dsc
	dsc=$(find "$dir" -name '*.dsc' 2>/dev/null | head -n 1) || true
	if [ -z "$dsc" ]; then
		apt_prepare || return 1
		note "Fetching the source package of $package"
		download_source "$package" "$dir.part" || return 1
		rm -rf "$dir"
		mv "$dir.part" "$dir"
		dsc=$(find "$dir" -name '*.dsc' | head -n 1)
		[ -n "$dsc" ] || return 1
		record_version "$package" "$dsc"
	fi
	echo "$dsc"
}

# Which version everything was measured on: $work/dsc/VERSIONS, one "package version" a line.
record_version() {
	local list=$work/dsc/VERSIONS
	touch "$list"
	sed -i "/^$1 /d" "$list"
	echo "$1 $(sed -n 's/^Version: //p' "$2" | head -n 1)" >>"$list"
	sort -o "$list" "$list"
}

fetch_source() {
	local package=$1 dir=$work/src/$1 dsc
	if [ ! -d "$dir" ]; then
		dsc=$(fetch_dsc "$package") || return 1
		mkdir -p "$work/src"
		rm -rf "$dir.part"
		quietly dpkg-source --no-check --no-copy -x "$dsc" "$dir.part" || return 1
		mv "$dir.part" "$dir"
	fi
	echo "$dir"
}
