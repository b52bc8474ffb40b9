module rung/tests/mutation/peers

go 1.26.8

require (
	github.com/Eyevinn/dash-mpd v0.12.0
	github.com/Eyevinn/mp4ff v0.56.0
	github.com/grafov/m3u8 v0.12.1
)

require github.com/barkimedes/go-deepcopy v0.0.0-20220514131651-17c30cfc62df // indirect
