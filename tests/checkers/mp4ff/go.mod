module rung/checkers/mp4ff

go 1.21

require github.com/Eyevinn/mp4ff v0.56.0
