// SPDX-License-Identifier: BSD-2-Clause
// The table of commands and the search in it.
#include "src/app/command.h"

#include <stdint.h>
#include <string.h>

#include "src/app/nearest.h"
#include "src/base/mem.h"

static const struct command_row rows[COMMAND_COUNT] = {
    {COMMAND_TRANSCODE, "transcode", "INPUT", 1, 1, false,
     "make one adaptive presentation out of a video",
     "Reads INPUT once, encodes every rung of the ladder and every audio language, and writes "
     "CMAF segments with an HLS master playlist and a DASH manifest over them. The manifests "
     "appear last: a folder with a master.m3u8 in it is complete.\n\n"
     "INPUT is a path, - for standard input, or an http(s):// address where this build has it. "
     "Pipes and addresses are first copied to a temporary file that has no name (in $TMPDIR).\n\n"
     "When it is stopped or killed, what is finished stays in OUT/.rung and the same command with "
     "--resume goes on. When the input is at fault, nothing stays.",
     "rung transcode talk.mp4\tPresentation in ./talk/\n"
     "rung transcode talk.mp4 -o /srv/www/talk --codecs h264,av1\tTwo codecs, a chosen folder\n"
     "rung transcode talk.mp4 --ladder 1080,720,480 --preset veryfast\tThree rungs, faster\n"
     "rung transcode talk.mp4 -o talk --resume\tGo on after an interruption\n"
     "rung transcode - -o live < capture.ts\tRead standard input",
     command_transcode},
    {COMMAND_PLAN, "plan", "INPUT", 1, 1, false,
     "show what transcode would do, and why; touches nothing",
     "Probes INPUT, scans its packets once and prints the plan: the ladder with sizes and rates, "
     "the segment grid, the audio, and a reason for everything that was dropped or changed. With "
     "--json: one document with the source's facts and the plan.\n\n"
     "Takes all options of transcode, so that a command line can be tried out as it is; those "
     "about "
     "running have no effect here.",
     "rung plan talk.mp4\tThe plan, for people\n"
     "rung plan talk.mp4 --ladder 2160,1080 --json\tThe same as JSON",
     command_plan},
    {COMMAND_VALIDATE, "validate", "INPUT...", 0, SIZE_MAX, false,
     "is a presentation right? HLS, DASH and their segments",
     "Reads manifests and every segment they list, once, and holds what is written against what is "
     "really there: rules from the HLS and DASH standards, Apple's and DASH-IF's "
     "guidelines, CMAF and the codecs' own documents. Nothing is decoded and nothing is "
     "written.\n\n"
     "INPUT is one presentation: a folder with manifests in it, a playlist or an MPD (a path or an "
     "http(s):// address) or one of each, or an init segment and its segments in any order. A "
     "multivariant playlist leads to all its playlists. When both HLS and DASH are given, or lie "
     "in the folder, they are compared as well. Several presentations are several calls.\n\n"
     "Findings are listed worst first, by track, each with the place, what is stated and what is "
     "true, the rule's source and what to do about it. Exit code 1: there are errors; warnings "
     "alone are 0. Exit code 3: something could not be read that may be there another time.",
     "rung validate talk/\tEverything in a folder\n"
     "rung validate https://example.com/talk/master.m3u8 --sample 5\tFive segments of each track\n"
     "rung validate talk/ --profile apple --level error\tWhat Apple's rules call an error\n"
     "rung validate talk/ --format sarif > talk.sarif\tFor a code-scanning service\n"
     "rung validate init.mp4 00001.m4s\tOne segment with its init\n"
     "rung validate --rules\tThe rules themselves",
     command_validate},
    {COMMAND_DOCTOR, "doctor", "", 0, 0, false,
     "which tiers work here, proven by running each on a small video",
     "Makes a small video in memory, decodes, scales and encodes it on every tier of every "
     "accelerator and on the CPU, and tells how long that took, or why it failed and what can be "
     "done about it. The times include opening the device and say little about long videos. Also: "
     "versions of the libraries, space for output and copies, and what cores and memory this "
     "process may use.\n\n"
     "Exit code 3: an accelerator was named with --hwaccel and no tier of it works.",
     "rung doctor\tEverything\n"
     "rung doctor --hwaccel cuda --device auto\tEvery NVIDIA GPU\n"
     "rung doctor --json\tAs one JSON document",
     command_doctor},
    {COMMAND_CONFIG, "config", "", 0, 0, false, "show the values in force and where each came from",
     "Prints every option with its value and its origin: flag, environment variable, configuration "
     "file or default. Secrets are masked. Takes every flag of the other commands, to see what "
     "they would lead to.",
     "rung config\tWhat is in force here\n"
     "RUNG_PRESET=slow rung config --config rung.json --json\tFile and environment together",
     command_config},
    {COMMAND_HELP, "help", "[COMMAND]", 0, 1, false, "explain a command",
     "The same as rung COMMAND --help.", "rung help transcode\tAll about transcode", NULL},
    {COMMAND_ENGINE, "engine", "", 0, 0, true, "the process that touches media",
     "Started by the other commands, with the input and a socket; not for people.", "", NULL},
};

// Part of Rung's interface, made in later versions.
static const char *const later[] = {"worker", "serve",       "submit", "jobs",
                                    "lambda", "healthcheck", "package"};

const struct exit_code_row exit_codes[] = {
    {0, "done: everything that was asked for exists and is verified"},
    {1, "the input is at fault; for validate: errors were found"},
    {2, "wrong usage or configuration"},
    {3, "something around us failed (disk, service, or a device with --fallback=never); "
        "trying again may help"},
    {70, "our fault: a bug"},
    {130, "stopped by SIGINT; --resume goes on"},
    {143, "stopped by SIGTERM; --resume goes on"},
};
const size_t exit_code_count = ARRAY_LEN(exit_codes);

const struct command_row *command_find(enum command_id id)
{
    return (unsigned)id < COMMAND_COUNT ? &rows[id] : NULL;
}

const struct command_row *command_find_by_name(const char *name, struct err *err)
{
    const char *names[COMMAND_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
        if (!rows[i].is_hidden)
            names[count++] = rows[i].name;
    }
    for (size_t i = 0; i < ARRAY_LEN(later); i++)
        if (strcmp(later[i], name) == 0) {
            err_set(err, ERR_CONFIG, "rung %s is not in this version (%s)", name, RUNG_VERSION);
            return NULL;
        }
    const char *nearest = nearest_name(name, names, count);
    if (nearest)
        err_set(err, ERR_CONFIG, "unknown command \"%s\"; did you mean \"%s\"?", name, nearest);
    else
        err_set(err, ERR_CONFIG, "unknown command \"%s\"; rung --help lists them", name);
    return NULL;
}
