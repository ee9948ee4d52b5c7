// Package evidence keeps the bytes of files in a folder, by their SHA-256:
// each content once, whatever the files are called. What lies there under a
// hash is whole: a content gets its name only once it is on disk.
//
// Which contents belong to what is the database's business. One process has
// the folder open for writing, the one that has the database.
package evidence
