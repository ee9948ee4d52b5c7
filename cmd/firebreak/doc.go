// Command firebreak runs the bot, the demo and the reading commands.
//
// It is the only package that reads the environment: everything else is given
// what it needs. [run] is the whole program apart from the process itself, so
// tests call it with their own arguments, environment and streams.
//
// Exit codes: 0 done, 1 the thing asked for failed, 2 wrong usage or
// configuration. Errors are one line each on standard error and say what to
// do; nothing but the answer goes to standard output.
package main
