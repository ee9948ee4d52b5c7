#!/usr/bin/env bash
# Lints and renders the chart, and sees that it refuses what cannot work.
set -euo pipefail
cd "$(dirname "$0")/.."
helm=${HELM:-helm}
chart=charts/firebreak
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# A helm built from its module knows no Kubernetes version of its own.
kubernetes=1.34.0

if ! $helm lint --strict --kube-version "$kubernetes" "$chart" --set existingSecret=firebreak >"$out"; then
  cat "$out"
  exit 1
fi

render() { $helm template firebreak "$chart" --kube-version "$kubernetes" --namespace incident-response "$@" >"$out"; }

has() { grep -Fq -- "$1" "$out" || { echo "chart: $2: no line with: $1"; exit 1; }; }

refused() {
  local why=$1
  shift
  if $helm template firebreak "$chart" --kube-version "$kubernetes" "$@" >"$out" 2>&1; then
    echo "chart: renders though it must not: $why"
    exit 1
  fi
}

render --set existingSecret=firebreak
has 'replicas: 1' 'default values'
has 'type: Recreate' 'default values'
has 'readOnlyRootFilesystem: true' 'default values'
has 'automountServiceAccountToken: false' 'default values'
has 'kind: PersistentVolumeClaim' 'default values'
has 'kind: NetworkPolicy' 'default values'
has '/run/secrets/firebreak/slack-bot-token' 'default values'

render -f "$chart/ci/full-values.yaml"
has 'claimName: firebreak-data' 'full values'
has 'name: firebreak-intake' 'full values'
has 'value: "12345678"' 'full values: a number stays as it was written'
has 'cidr: 192.0.2.10/32' 'full values'

render --set secretEnv=firebreak
has 'secretRef:' 'Secret as environment'
has 'ingress: []' 'nobody named: nobody comes in'

refused 'two replicas' --set existingSecret=firebreak --set replicas=2
refused 'no Secret'
refused 'an unknown value' --set existingSecret=firebreak --set replicaCount=1
refused 'a token among the values' --set existingSecret=firebreak --set config.SLACK_BOT_TOKEN=xoxb-1
echo "chart: lints, renders, refuses"
