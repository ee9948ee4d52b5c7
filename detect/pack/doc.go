// Package pack is the rules that firebreak ships: Sigma rules and Starlark
// scripts of our own, in a folder for each area, with their samples beside
// them (NAME.test.yml). docs/guide/rules-pack.md lists them.
//
// Each rule has at least two events it must find and two that look alike and
// are harmless; no rule finds a harmless sample of any other. The tests see to
// that, and to what a rule says about itself. No rule is a program.
package pack
