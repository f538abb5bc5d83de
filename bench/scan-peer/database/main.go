// Writes the peer's advisory database: one line of input is `bucket TAB package TAB id TAB JSON`; an empty package means that
// the bucket itself holds the record. The layout is that of trivy-db 2: source → package → vulnerability.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(path string) error {
	database, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer database.Close()
	return database.Update(func(transaction *bolt.Tx) error {
		lines := bufio.NewScanner(os.Stdin)
		lines.Buffer(make([]byte, 1<<20), 1<<26)
		for lines.Scan() {
			fields := bytes.SplitN(lines.Bytes(), []byte{'\t'}, 4)
			if len(fields) != 4 {
				return fmt.Errorf("a line has %d fields", len(fields))
			}
			bucket, err := transaction.CreateBucketIfNotExists(append([]byte(nil), fields[0]...))
			if err != nil {
				return err
			}
			if len(fields[1]) > 0 {
				if bucket, err = bucket.CreateBucketIfNotExists(append([]byte(nil), fields[1]...)); err != nil {
					return err
				}
			}
			if err := bucket.Put(append([]byte(nil), fields[2]...), append([]byte(nil), fields[3]...)); err != nil {
				return err
			}
		}
		return lines.Err()
	})
}
