// SPDX-License-Identifier: BSD-2-Clause

// main TOOL DIR...: what a Go module says of each presentation. Prints "== DIR" and then
// "FILE: complaint" lines. TOOL: mp4ff, dash-mpd, grafov.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Eyevinn/dash-mpd/mpd"
	"github.com/Eyevinn/mp4ff/mp4"
	"github.com/grafov/m3u8"
)

type says func(form string, words ...any)

func withMp4ff(data []byte, say says) {
	file, err := mp4.DecodeFile(bytes.NewReader(data))
	if err != nil {
		say("%v", err)
		return
	}
	var again bytes.Buffer
	for _, box := range file.Children {
		if err := box.Encode(&again); err != nil {
			say("%s: %v", box.Type(), err)
		}
	}
	if !bytes.Equal(again.Bytes(), data) {
		say("written again it differs")
	}
}

func withDashMpd(data []byte, say says) {
	read, err := mpd.MPDFromBytes(data)
	if err != nil {
		say("%v", err)
		return
	}
	for _, period := range read.Periods {
		for _, set := range period.AdaptationSets {
			for _, one := range set.Representations {
				_, err := one.GetInit()
				if err != nil && !strings.Contains(err.Error(), "segmentTemplate not set") {
					say("%s: %v", one.Id, err)
				}
			}
		}
	}
}

func withGrafov(data []byte, say says) {
	if _, _, err := m3u8.DecodeFrom(bytes.NewReader(data), true); err != nil {
		say("%v", err)
	}
}

var tools = map[string]struct {
	suffixes []string
	read     func([]byte, says)
}{
	"mp4ff":    {[]string{".mp4", ".m4s"}, withMp4ff},
	"dash-mpd": {[]string{".mpd"}, withDashMpd},
	"grafov":   {[]string{".m3u8"}, withGrafov},
}

func look(path, name string, read func([]byte, says)) {
	say := func(form string, words ...any) {
		text := strings.Join(strings.Fields(fmt.Sprintf(form, words...)), " ")
		fmt.Printf("%s: %s\n", name, text[:min(len(text), 300)])
	}
	defer func() {
		if caught := recover(); caught != nil {
			say("panic: %v", caught)
		}
	}()
	data, err := os.ReadFile(path)
	if err != nil {
		say("%v", err)
		return
	}
	read(data, say)
}

func main() {
	tool, known := tools[os.Args[1]]
	if !known {
		os.Exit(2)
	}
	for _, folder := range os.Args[2:] {
		fmt.Printf("== %s\n", folder)
		_ = filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return nil
			}
			name, _ := filepath.Rel(folder, path)
			for _, suffix := range tool.suffixes {
				if strings.HasSuffix(path, suffix) {
					look(path, name, tool.read)
				}
			}
			return nil
		})
	}
}
