package incident

// IndicatorType says what sort of thing an indicator is.
type IndicatorType string

// The types of indicators, in the order in which people are shown them.
const (
	IndicatorIPv4      IndicatorType = "ipv4" // an address or a network
	IndicatorIPv6      IndicatorType = "ipv6"
	IndicatorDomain    IndicatorType = "domain"
	IndicatorURL       IndicatorType = "url"
	IndicatorEmail     IndicatorType = "email"
	IndicatorMD5       IndicatorType = "md5"
	IndicatorSHA1      IndicatorType = "sha1"
	IndicatorSHA256    IndicatorType = "sha256"
	IndicatorSHA512    IndicatorType = "sha512"
	IndicatorAccount   IndicatorType = "account"
	IndicatorHost      IndicatorType = "host" // one of ours
	IndicatorCVE       IndicatorType = "cve"
	IndicatorTechnique IndicatorType = "technique" // ATT&CK technique or tactic
	IndicatorARN       IndicatorType = "aws-arn"
	IndicatorAWSKey    IndicatorType = "aws-key" // an access key's id, which is no secret
	IndicatorGCP       IndicatorType = "gcp-resource"
)

// IndicatorTypes lists all of them, in that order.
func IndicatorTypes() []IndicatorType {
	return []IndicatorType{
		IndicatorIPv4, IndicatorIPv6, IndicatorDomain, IndicatorURL, IndicatorEmail,
		IndicatorMD5, IndicatorSHA1, IndicatorSHA256, IndicatorSHA512,
		IndicatorAccount, IndicatorHost, IndicatorCVE, IndicatorTechnique, IndicatorARN, IndicatorAWSKey, IndicatorGCP,
	}
}

// Indicator is something that an attack can be recognised by, or that it
// touched. Value is normalised, never defanged: fit for comparing, not for
// showing.
type Indicator struct {
	Type  IndicatorType
	Value string
}
