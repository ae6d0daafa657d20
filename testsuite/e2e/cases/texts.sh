# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Texts that units share: linkers keep one of two where one ends as the other does; and names with bytes beyond ASCII, in files,
# folders and identifiers.
folder=$'Gr\303\266\303\237e "x\\'
mkdir "$folder"
cd "$folder" || fail "no folder $folder"
cat >$'zw\303\266lf.cc' <<'C'
struct point {
	int x, y;
};
namespace shapes {
struct point {
	int x, y;
};
}
struct länge_der_größten_länge_der_größten_länge {
	struct point länge, größte[7];
};
point *first;
point *many;
shapes::point *second;
länge_der_größten_länge_der_größten_länge *third;
int main()
{
	first = new point;
	second = new shapes::point;
	many = new point[3];
	third = new länge_der_größten_länge_der_größten_länge;
	return 0;
}
C
major=$("$CXX" -dumpversion)
[ "${major%%.*}" -ge 10 ] || exit 0 # knows such identifiers from there on
compile program $'zw\303\266lf.cc' -O1
run_traced run.memlint ./program
rows run.memlint | awk -F '\t' '{ print $1 ":" $2, $5, $8 }' | sort >got
sort >wanted <<'TEXT'
zwölf.cc:18 8 point
zwölf.cc:19 8 shapes::point
zwölf.cc:20 24 point[]
zwölf.cc:21 64 länge_der_größten_länge_der_größten_länge
TEXT
cmp -s got wanted || fail "rows: $(diff wanted got)"
# Sources are found from elsewhere by the folder.
(cd / && "$memlint" stat --source "$OLDPWD/run.memlint") >source
grep -qF 'second = new shapes::point;' source || fail "no source: $(cat source)"
"$memlint" types --json run.memlint >json
jq -e '[.rows[]? | .type // .name] | contains(["point", "shapes::point"])' json >/dev/null || fail "types: $(cat json)"
