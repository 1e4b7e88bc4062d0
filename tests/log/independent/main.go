// A second reader and writer of logs, on the packages of Go's checksum database (golang.org/x/mod/sumdb).
//
// It is told a log in JSON on standard input, checks what Tabularium made of it, makes the same itself,
// and answers in JSON. See tests/log/test_independent.py.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64
	Entry []byte
	Path  []tlog.Hash
}

type consistency struct {
	Size int64
	Root tlog.Hash
	Path []tlog.Hash
}

type asked struct {
	Folder      string
	Checkpoint  string
	VerifierKey string
	SigningKey  string
	WitnessKey  string
	Inclusion   []inclusion
	Consistency []consistency
}

type answer struct {
	Root        tlog.Hash
	Entries     int
	Cosigned    uint64
	Inclusion   map[int64][]tlog.Hash
	Consistency map[int64][]tlog.Hash
	Signed      string
	OtherSigned string
	OtherKey    string
}

// files reads tiles as C2SP's tlog-tiles lays them: without the height, which is always 8.
type files struct{ folder string }

func (files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (files) SaveTiles([]tlog.Tile, [][]byte) {}

// entries reads all bundles of a log of some size.
func entries(folder string, size int64) ([][]byte, error) {
	var found [][]byte
	for number := int64(0); number*256 < size; number++ {
		width := size - number*256
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: number, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			found = append(found, data[2:2+length])
			data = data[2+length:]
		}
	}
	return found, nil
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, m[index])
	}
	return found, nil
}

// witness checks a cosignature: not the text is signed, but the text with the time before it.
type witness struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
	at     uint64
}

func newWitness(key string) (*witness, error) {
	parts := strings.SplitN(key, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || raw[0] != 4 || len(raw) != 33 {
		return nil, errors.New("no key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	return &witness{parts[0], binary.BigEndian.Uint32(sum[:]), raw[1:], 0}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	w.at = binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.at, text)
	return ed25519.Verify(w.public, []byte(signed), signature[8:])
}

// checkpoint opens the log's checkpoint by its own key and the witness's.
func checkpoint(a *asked) (tlog.Tree, uint64, error) {
	var tree tlog.Tree
	key, err := note.NewVerifier(a.VerifierKey)
	if err != nil {
		return tree, 0, err
	}
	by, err := newWitness(a.WitnessKey)
	if err != nil {
		return tree, 0, err
	}
	opened, err := note.Open([]byte(a.Checkpoint), note.VerifierList(key, by))
	if err != nil {
		return tree, 0, err
	}
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		return tree, 0, errors.New("not signed by both")
	}
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != key.Name() {
		return tree, 0, errors.New("another origin")
	}
	if _, err := fmt.Sscanf(lines[1], "%d", &tree.N); err != nil {
		return tree, 0, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, by.at, err
}

// rebuilt makes the tree anew from the entries.
func rebuilt(all [][]byte) (memory, error) {
	var stored memory
	for number, entry := range all {
		hashes, err := tlog.StoredHashes(int64(number), entry, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return stored, nil
}

func proofs(a *asked, tree tlog.Tree, own memory, all [][]byte, found *answer) error {
	tiles := tlog.TileHashReader(tree, files{a.Folder})
	for _, each := range a.Inclusion {
		leaf := tlog.RecordHash(each.Entry)
		if !bytes.Equal(all[each.Index], each.Entry) {
			return fmt.Errorf("another entry at %d", each.Index)
		}
		if err := tlog.CheckRecord(each.Path, tree.N, tree.Hash, each.Index, leaf); err != nil {
			return err
		}
		if tree.N > 1 {
			changed := append([]tlog.Hash{}, each.Path...)
			changed[0][0] ^= 1
			if tlog.CheckRecord(changed, tree.N, tree.Hash, each.Index, leaf) == nil {
				return errors.New("a changed proof was accepted")
			}
		}
		byTiles, err := tlog.ProveRecord(tree.N, each.Index, tiles)
		if err != nil {
			return err
		}
		mine, err := tlog.ProveRecord(tree.N, each.Index, own)
		if err != nil {
			return err
		}
		if fmt.Sprint(mine) != fmt.Sprint(byTiles) {
			return errors.New("the tiles give another proof")
		}
		found.Inclusion[each.Index] = mine
	}
	for _, each := range a.Consistency {
		if err := tlog.CheckTree(each.Path, tree.N, tree.Hash, each.Size, each.Root); err != nil {
			return err
		}
		mine, err := tlog.ProveTree(tree.N, each.Size, own)
		if err != nil {
			return err
		}
		found.Consistency[each.Size] = mine
	}
	return nil
}

func sign(a *asked, text string, found *answer) error {
	signer, err := note.NewSigner(a.SigningKey)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return err
	}
	found.Signed = string(signed)
	private, public, err := note.GenerateKey(rand.Reader, signer.Name())
	if err != nil {
		return err
	}
	other, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	both, err := note.Sign(&note.Note{Text: text}, other, signer)
	found.OtherSigned, found.OtherKey = string(both), public
	return err
}

func check(a *asked) (*answer, error) {
	tree, at, err := checkpoint(a)
	if err != nil {
		return nil, err
	}
	all, err := entries(a.Folder, tree.N)
	if err != nil {
		return nil, err
	}
	own, err := rebuilt(all)
	if err != nil {
		return nil, err
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err != nil || root != tree.Hash {
		return nil, fmt.Errorf("the entries lead to another root: %v", err)
	}
	found := &answer{root, len(all), at, map[int64][]tlog.Hash{}, map[int64][]tlog.Hash{}, "", "", ""}
	if err := proofs(a, tree, own, all, found); err != nil {
		return nil, err
	}
	text, _, _ := strings.Cut(a.Checkpoint, "\n\n")
	return found, sign(a, text+"\n", found)
}

func main() {
	var logs []asked
	if err := json.NewDecoder(os.Stdin).Decode(&logs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var answers []*answer
	for i := range logs {
		found, err := check(&logs[i])
		if err != nil {
			fmt.Fprintf(os.Stderr, "log %d: %v\n", i, err)
			os.Exit(1)
		}
		answers = append(answers, found)
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}
