package sigma_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// statement is something that the specification, or the reference
// implementation where that is silent, says of rules, and the cases that show
// it: archive/rule.
type statement struct{ says, cases string }

// statements are in the order of the specification: values, modifiers,
// conditions, correlations, filters.
var statements = []statement{
	{"text is compared whole and without regard to case", "values-case-wildcards/plain values-case-wildcards/unicode values-case-wildcards/kelvin"},
	{"* is any run of characters, also none", "values-case-wildcards/star values-case-wildcards/overlap values-case-wildcards/mixed"},
	{"? is exactly one character", "values-case-wildcards/question"},
	{"wildcards span line breaks", "values-case-wildcards/star values-case-wildcards/question"},
	{`a backslash before *, ? or \ makes it literal`, "values-escapes/star values-escapes/double values-escapes/four values-escapes/wild values-escapes/both"},
	{"a backslash before anything else stays, as does the second of three", "values-escapes/single values-escapes/three values-escapes/contains"},
	{"a backslash at the end is itself", "values-escapes/end values-escapes/contains"},
	{"contains, startswith and endswith add a star at the ends and leave wildcards within alive", "values-affixes/contains values-affixes/starts values-affixes/ends values-affixes/order"},
	{"contains: '*' is a field that is there", "values-affixes/anything"},
	{"numbers are found as numbers and as text", "values-numbers/int values-numbers/text values-numbers/float values-numbers/negative values-numbers/long values-numbers/hex values-numbers/zeros values-numbers/wild"},
	{"booleans are found as booleans and as text", "values-numbers/bool values-numbers/yaml-bool"},
	{"'' is a field that is there and empty", "values-null-empty/empty"},
	{"null is a field that is absent or null", "values-null-empty/null values-null-empty/not-null values-null-empty/no-values"},
	{"null among alternatives is tolerated", "values-null-empty/in-list"},
	{"a missing field matches nothing, so that not filter is true", "values-null-empty/missing modifier-cidr/not"},
	{"names of fields are case-sensitive", "fields/case"},
	{"blanks in the event's names of fields do not count", "fields/blanks routing/antivirus"},
	{"XML attributes are fields", "fields/attribute"},
	{"a dotted name is a key, then a path", "fields/path"},
	{"of an array any element matches", "fields/array fields/all-of-array"},
	{"a list of values are alternatives", "lists-maps/or"},
	{"with |all all values are wanted", "lists-maps/all fields/all-of-array"},
	{"the items of a mapping are all wanted", "lists-maps/map lists-maps/same-field"},
	{"a list of mappings are alternatives", "lists-maps/maps"},
	{"a list of values without a field are keywords", "keywords/plain"},
	{"lists and mappings may be nested", "lists-maps/nested"},
	{"keywords are contained in the event, with wildcards, whatever the case", "keywords/plain keywords/regex"},
	{"'|all' wants all keywords", "keywords/all"},
	{"keywords are looked for in the rule's own log only", "keywords/plain keywords/with-field routing/sshd"},
	{"modifiers are applied from left to right, and check what they are given", "modifier-expand/order modifier-compare/order values-affixes/bad-number values-affixes/bad-null modifier-neq-cased/bad"},
	{"an unknown modifier is refused", "modifier-neq-cased/unknown"},
	{"on re, contains and its like change nothing but for anchors", "modifier-re/contains"},
	{"on fieldref, contains and its like compare a part", "modifier-fieldref/part"},
	{"under all, the variants of one value stay alternatives", "modifier-windash/two modifier-base64/all"},
	{"neq negates the whole item", "modifier-neq-cased/neq modifier-neq-cased/neq-number modifier-neq-cased/neq-all modifier-neq-cased/neq-null"},
	{"neq holds for an absent field", "modifier-neq-cased/neq"},
	{"cased lets case count", "modifier-neq-cased/cased modifier-neq-cased/cased-first"},
	{"re is taken as it is, looked for anywhere, and case counts", "modifier-re/re modifier-re/anchors modifier-re/inline modifier-re/list modifier-re/number"},
	{"re|i, re|m and re|s, by both names", "modifier-re/flags modifier-re/multiline modifier-re/dotall modifier-re/no-dotall"},
	{"re comes first", "modifier-re/late modifier-re/flag"},
	{"what RE2 has not is refused", "modifier-re/lookaround modifier-re/backreference modifier-re/repeat"},
	{"base64 is with padding", "modifier-base64/once modifier-base64/whole modifier-base64/escaped"},
	{"base64 takes no wildcards", "modifier-base64/wildcard modifier-base64/wildcard-offset"},
	{"base64offset has three variants, of bytes", "modifier-base64/offset modifier-base64/umlaut modifier-base64/short"},
	{"what is encoded is found whatever the case, unless cased", "modifier-base64/whole modifier-base64/cased modifier-base64/cased-offset"},
	{"wide and utf16le, utf16be, utf16", "modifier-base64/wide modifier-base64/utf16be modifier-base64/utf16 modifier-base64/plain-wide modifier-base64/bytes"},
	{"windash: every dash for every dash that begins a word, all combinations", "modifier-windash/one modifier-windash/inner modifier-windash/none modifier-windash/encoded modifier-windash/many"},
	{"windash: other dashes in the rule", "modifier-windash/dash"},
	{"cidr: both versions, and one in the other", "modifier-cidr/v4 modifier-cidr/v6"},
	{"cidr: bits behind the network are an error", "modifier-cidr/host modifier-cidr/nonsense modifier-cidr/wild modifier-cidr/late"},
	{"cidr: what is no address is in no network", "modifier-cidr/v4 modifier-cidr/not"},
	{"exists: the key is there, be it null", "modifier-exists/yes modifier-exists/no"},
	{"exists stands alone and takes true or false", "modifier-exists/text modifier-exists/late modifier-exists/accompanied"},
	{"gt, gte, lt, lte: numbers; what is none is on no side", "modifier-compare/gt modifier-compare/range modifier-compare/lt modifier-compare/text"},
	{"minute to year: of a time in UTC, ISO weeks", "modifier-compare/time modifier-compare/parts modifier-compare/iso modifier-compare/hour"},
	{"fieldref compares fields whatever the case", "modifier-fieldref/same modifier-fieldref/number modifier-fieldref/empty"},
	{"fieldref with neq", "modifier-fieldref/neq"},
	{"fieldref has no wildcards", "modifier-fieldref/same modifier-fieldref/wild"},
	{"expand: %name% stands for values, \\% for a percent sign", "modifier-expand/values modifier-expand/within modifier-expand/numbers modifier-expand/order"},
	{"expand: what has no values is refused", "modifier-expand/unresolved modifier-expand/regex"},
	{"without expand %name% is text", "modifier-expand/literal"},
	{"not before and before or; parentheses", "conditions/precedence conditions/parentheses conditions/open conditions/closed conditions/twice conditions/end conditions/empty conditions/sign"},
	{"names of letters, digits, _ and -", "conditions/names conditions/lines"},
	{"1, any and all of them or of a pattern", "conditions/one-of conditions/all-of conditions/them conditions/case conditions/of-parentheses"},
	{"a pattern's star stands anywhere, and the whole name must fit", "conditions/middle"},
	{"names with _ are meant by patterns with _ alone", "conditions/them conditions/underscore conditions/underscore-ok"},
	{"another number of is no Sigma", "conditions/two-of"},
	{"a list of conditions are alternatives", "conditions/list filters/any"},
	{"a condition that names nothing is refused", "conditions/unknown conditions/nothing conditions/missing conditions/alone conditions/number"},
	{"old aggregations: count() and count(field)", "aggregations/count aggregations/distinct"},
	{"old aggregations: sum, avg, min, max", "aggregations/sum aggregations/average aggregations/least aggregations/extremes"},
	{"old aggregations: near", "aggregations/near"},
	{"old aggregations that cannot be honoured", "aggregations/no-timeframe aggregations/nonsense aggregations/no-field aggregations/several"},
	{"a correlation needs type, rules, timespan, condition, and a field where it takes one", "correlation-refused/refused"},
	{"without group-by there is one group", "correlation-event-count/once"},
	{"event_count", "correlation-event-count/count correlation-event-count/rules"},
	{"value_count, of elements and of several fields", "correlation-values/count correlation-values/array correlation-values/together"},
	{"value_sum, value_avg, value_median", "correlation-values/sum correlation-values/avg correlation-values/median"},
	{"value_percentile, with a percentile or a note", "correlation-values/percentile correlation-values/unnamed"},
	{"temporal wants all its rules, or as many as it says", "correlation-temporal/any correlation-temporal/fewer"},
	{"temporal_ordered, in the order of the list", "correlation-temporal/ordered correlation-temporal/itself"},
	{"a condition may be an expression over rules", "correlation-temporal/expression correlation-temporal/unordered"},
	{"the bounds gt, gte, lt, lte, eq, neq", "correlation-event-count/count correlation-event-count/once correlation-bounds/eq correlation-bounds/neq correlation-bounds/lt correlation-values/unnamed"},
	{"a range is two bounds", "correlation-event-count/rules correlation-values/median"},
	{"thresholds may be fractions", "correlation-values/avg"},
	{"timespans in s, m, h, d, w, M, y", "correlation-aliases/alias correlation-event-count/count correlation-values/count correlation-spans/days correlation-spans/weeks correlation-spans/months correlation-spans/years"},
	{"the window slides and is open at its far end", "correlation-event-count/count aggregations/count"},
	{"correlations of correlations, the outer with its own group", "correlation-chain/chain correlation-chain/carry correlation-chain/long correlation-chain/counted"},
	{"a correlation that refers to itself is refused", "correlation-chain/itself"},
	{"rules are referred to by name or id, across documents and files", "correlation-spans/days correlation-spans/weeks correlation-event-count/count"},
	{"aliases", "correlation-aliases/alias correlation-aliases/partial correlation-aliases/stranger"},
	{"an event that lacks a field of the group is left out", "correlation-event-count/count correlation-event-count/list"},
	{"generate lets the rules tell as well; without it they only serve", "correlation-event-count/burst correlation-event-count/quiet"},
	{"eq, neq, lt and lte are looked at when an event comes", "correlation-bounds/lt correlation-bounds/eq"},
	{"a filter's condition is joined by and, with no not but what is written", "filters/named filters/narrowed filters/without-not"},
	{"a filter is for rules by id or name, for any, and for those of its logsource", "filters/named-filter filters/other filters/logsource filters/any-filter filters/unused"},
	{"a filter is for no correlation, but for the rules of an old aggregation", "filters/correlated filters/aggregation"},
	{"a filter that cannot be honoured", "filters/no-rules filters/no-logsource filters/conditions"},
	{"where an event is from is told by its own fields", "routing/sysmon routing/product routing/service routing/aws routing/registry routing/process-id mapping/waf mapping/login"},
	{"an event that tells nothing is tried with rules that want something to be there", "routing/negative routing/sysmon"},
}

// TestEveryStatementHasItsCases: each statement names cases that are there:
// with events that are found and such that are not, or refused or noted with
// their reason. An archive that no statement names has been forgotten here.
func TestEveryStatementHasItsCases(t *testing.T) {
	archives := map[string]map[string]string{}
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
		}
		archives[strings.TrimSuffix(filepath.Base(name), ".txtar")] = files
	}
	named := map[string]bool{}
	for _, s := range statements {
		cases := strings.Fields(s.cases)
		if len(cases) == 0 {
			t.Errorf("%s: no case", s.says)
		}
		benign := false
		for _, c := range cases {
			archive, rule, _ := strings.Cut(c, "/")
			named[archive] = true
			shown, spared := shows(archives[archive], rule)
			if !shown {
				t.Errorf("%s: %s shows nothing", s.says, c)
			}
			benign = benign || spared
		}
		if !benign {
			t.Errorf("%s: no case has an event that must not be found, or a reason", s.says)
		}
	}
	for name := range archives {
		if !named[name] && name != "hostile" { // which is about no statement
			t.Errorf("no statement names %s", name)
		}
	}
}

// shows says whether a rule of an archive is tried on anything or refused, and
// whether something must not be found, or is refused or noted.
func shows(files map[string]string, rule string) (shown, spared bool) {
	if files[rule+".yml"] == "" {
		return false, false
	}
	told := slices.Contains(strings.FieldsFunc(files["refused"]+files["notes"], func(r rune) bool { return r == ':' || r == '\n' }), rule+".yml")
	spared = told || files[rule+".benign.jsonl"] != ""
	filter := strings.Contains(files[rule+".yml"], "\nfilter:") // is seen in the rules it is for
	return spared || filter || files[rule+".malicious.jsonl"] != "", spared || filter
}
