// Verifies a Comity log with code Comity's authors did not write: golang.org/x/mod/sumdb note and tlog.
//
// Usage: verify VKEY LOG-DIRECTORY PROOF-DIRECTORY [WITNESS-NAME WITNESS-KEY]
//
// With a witness, its name and base64 Ed25519 key, the checkpoint must be cosigned by it as well (cosignature/v1): the note
// package opens the note and finds the line, the signature over header, time and text is checked with crypto/ed25519.
//
// It opens the checkpoint, builds the tree again from the entry bundles, and checks every receipt
// (NUMBER.tlog-proof beside NUMBER.entry) and every consistency proof (old-SIZE.proof: old root, then hashes).
// It prints what it checked as "checkpoint SIZE receipts N consistency N refused N"; any fault exits 1.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 4 && len(os.Args) != 6 {
		fail("three or five arguments are needed", nil)
	}
	vkey, logFolder, proofFolder := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(vkey)
	check("the verifier key", err)
	checkpoint := read(filepath.Join(logFolder, "checkpoint"))
	size, root := openCheckpoint(checkpoint, verifier)
	if rebuilt := rebuild(logFolder, size); rebuilt != root {
		fail("the entries lead to another root", nil)
	}
	receipts, refused := checkReceipts(proofFolder, verifier)
	steps, more := checkConsistency(proofFolder, size, root)
	fmt.Printf("checkpoint %d receipts %d consistency %d refused %d\n", size, receipts, steps, refused+more)
	if len(os.Args) == 6 {
		fmt.Printf("cosigned at %d\n", cosigned(checkpoint, verifier, newCosigner(os.Args[4], os.Args[5])))
	}
}

// cosigner is a witness's key as the note package wants one: key id over name, type 4 and key.
type cosigner struct {
	name string
	key  ed25519.PublicKey
}

func newCosigner(name, key string) cosigner {
	raw, err := base64.StdEncoding.DecodeString(key)
	check("the witness's key", err)
	if len(raw) != ed25519.PublicKeySize {
		fail("the witness's key has another length", nil)
	}
	return cosigner{name, raw}
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(sum[:4])
}

func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	header := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(c.key, append([]byte(header), text...), signature[8:])
}

// cosigned opens a note that log and witness must both have signed; the witness's time.
func cosigned(text string, log, witness note.Verifier) uint64 {
	opened, err := note.Open([]byte(text), note.VerifierList(log, witness))
	check("the cosigned checkpoint", err)
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		fail("the checkpoint is not signed by log and witness alone", nil)
	}
	raw, err := base64.StdEncoding.DecodeString(opened.Sigs[1].Base64)
	check("the cosignature", err)
	return binary.BigEndian.Uint64(raw[4:])
}

func openCheckpoint(text string, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	check("the checkpoint", err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("the checkpoint's lines", nil)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("the checkpoint's size", err)
	return size, hash(lines[2])
}

// rebuild hashes every entry of the bundles into a tree of its own.
func rebuild(folder string, size int64) tlog.Hash {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			found[at] = stored[index]
		}
		return found, nil
	})
	for first := int64(0); first < size; first += 256 {
		name := fmt.Sprintf("%03d", first/256)
		if size-first < 256 {
			name += fmt.Sprintf(".p/%d", size-first)
		}
		bundle := []byte(read(filepath.Join(folder, "tile", "entries", name)))
		for index := first; len(bundle) > 0; index++ {
			length := int(bundle[0])<<8 | int(bundle[1])
			hashes, err := tlog.StoredHashes(index, bundle[2:2+length], reader)
			check("an entry", err)
			stored = append(stored, hashes...)
			bundle = bundle[2+length:]
		}
	}
	root, err := tlog.TreeHash(size, reader)
	check("the tree", err)
	return root
}

func checkReceipts(folder string, verifier note.Verifier) (int, int) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	check("the receipts", err)
	refused := 0
	for _, path := range paths {
		header, text, found := strings.Cut(read(path), "\n\n")
		lines := strings.Split(header, "\n")
		if !found || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
			fail("the receipt "+path, nil)
		}
		index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
		check("the receipt's index", err)
		size, root := openCheckpoint(text, verifier)
		leaf := tlog.RecordHash([]byte(read(strings.TrimSuffix(path, ".tlog-proof") + ".entry")))
		proof := tlog.RecordProof(hashes(lines[2:]))
		check("the receipt "+path, tlog.CheckRecord(proof, size, root, index, leaf))
		if tlog.CheckRecord(proof, size, root, index, tlog.RecordHash([]byte("another entry"))) != nil {
			refused++
		}
	}
	return len(paths), refused
}

func checkConsistency(folder string, size int64, root tlog.Hash) (int, int) {
	paths, err := filepath.Glob(filepath.Join(folder, "old-*.proof"))
	check("the consistency proofs", err)
	refused := 0
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "old-"), ".proof")
		old, err := strconv.ParseInt(name, 10, 64)
		check("the older size", err)
		lines := strings.Split(strings.TrimSuffix(read(path), "\n"), "\n")
		proof := tlog.TreeProof(hashes(lines[1:]))
		check("the consistency proof "+path, tlog.CheckTree(proof, size, root, old, hash(lines[0])))
		if tlog.CheckTree(proof, size, root, old, tlog.RecordHash([]byte("a fork"))) != nil {
			refused++
		}
	}
	return len(paths), refused
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		found = append(found, hash(line))
	}
	return found
}

func hash(text string) tlog.Hash {
	raw, err := base64.StdEncoding.DecodeString(text)
	check("a hash", err)
	if len(raw) != tlog.HashSize {
		fail("a hash has another length", nil)
	}
	var found tlog.Hash
	copy(found[:], raw)
	return found
}

func read(path string) string {
	raw, err := os.ReadFile(path)
	check("a file", err)
	return string(raw)
}

func check(what string, err error) {
	if err != nil {
		fail(what, err)
	}
}

func fail(what string, err error) {
	fmt.Fprintln(os.Stderr, what, err)
	os.Exit(1)
}
