// SPDX-License-Identifier: BSD-2-Clause

// Reads each media file of a presentation with mp4ff, with the init segment before
// its segments, writes it again and compares: a box that mp4ff cannot read, or reads
// as something else than was written, shows as a difference.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/Eyevinn/mp4ff/mp4"
)

func checkFile(path string) (*mp4.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := mp4.DecodeFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var again bytes.Buffer
	for _, box := range file.Children {
		if err := box.Encode(&again); err != nil {
			return nil, fmt.Errorf("%s: %w", box.Type(), err)
		}
	}
	if !bytes.Equal(data, again.Bytes()) {
		return nil, fmt.Errorf("written again it differs: %d bytes, was %d", again.Len(), len(data))
	}
	return file, nil
}

// One track: every segment's samples must be readable with the init's defaults.
func checkTrack(initPath string) []error {
	var faults []error
	initFile, err := checkFile(initPath)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", initPath, err)}
	}
	if !initFile.IsFragmented() || initFile.Init == nil {
		return []error{fmt.Errorf("%s: not an init segment", initPath)}
	}
	trex := initFile.Init.Moov.Mvex.Trex
	paths, _ := filepath.Glob(filepath.Join(filepath.Dir(initPath), "*.m4s"))
	sort.Strings(paths)
	for _, path := range paths {
		file, err := checkFile(path)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path, err))
			continue
		}
		samples := 0
		for _, segment := range file.Segments {
			for _, fragment := range segment.Fragments {
				full, err := fragment.GetFullSamples(trex)
				if err != nil {
					faults = append(faults, fmt.Errorf("%s: %w", path, err))
				}
				samples += len(full)
			}
		}
		if samples == 0 {
			faults = append(faults, fmt.Errorf("%s: no samples", path))
		}
	}
	return faults
}

func main() {
	failed := false
	for _, root := range os.Args[1:] {
		inits, _ := filepath.Glob(filepath.Join(root, "*", "*", "init.mp4"))
		var faults []error
		for _, path := range inits {
			faults = append(faults, checkTrack(path)...)
		}
		if len(inits) == 0 {
			faults = append(faults, fmt.Errorf("no init segments"))
		}
		if len(faults) == 0 {
			fmt.Printf("ok   %s: mp4ff reads and rewrites every file\n", filepath.Base(root))
			continue
		}
		failed = true
		fmt.Printf("FAIL %s: mp4ff\n", filepath.Base(root))
		for _, fault := range faults[:min(len(faults), 6)] {
			fmt.Println("       " + fault.Error())
		}
	}
	if failed {
		os.Exit(1)
	}
}
