// SPDX-License-Identifier: BSD-2-Clause
// The rows, and the names derived from them.
#include "src/app/options_table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// plan takes what transcode takes: a command line can be tried out as it is.
#define A (COMMAND_BIT(COMMAND_TRANSCODE) | COMMAND_BIT(COMMAND_PLAN) | COMMAND_BIT(COMMAND_CONFIG))

#define V (COMMAND_BIT(COMMAND_VALIDATE) | COMMAND_BIT(COMMAND_CONFIG))
// What doctor takes as well.
#define D   COMMAND_BIT(COMMAND_DOCTOR)
#define ALL (A | V | D)

static const struct option_row rows[OPTION_COUNT] = {
    {OPTION_OUTPUT, "output", 'o', OPTION_TYPE_TEXT, GROUP_RUN, A, "OUT", NULL,
     "the input's name without its extension, in the current folder", NULL, 0, 0, false, false,
     "Folder of the presentation, made when it is missing. By default a name without an "
     "extension gets .rung, and stdin makes stdin.rung. A folder that already holds a "
     "presentation is refused without --force or --resume; other files in it are left alone."},
    {OPTION_LADDER, "ladder", 0, OPTION_TYPE_TEXT, GROUP_PICTURE, A, "LADDER", "default", NULL,
     NULL, 0, 0, false, false,
     "Rungs, named by their short side. \"default\"; or a list like 1080,720,480; or a JSON file "
     "with an array of {\"short_side\": 1080, \"maxrate_kbps\": 5000, \"crf\": 22}, where the last "
     "two may be left out. Rungs larger than the source are dropped: nothing is scaled up."},
    {OPTION_CODECS, "codecs", 0, OPTION_TYPE_LIST, GROUP_PICTURE, A, "LIST", "h264", NULL,
     "h264|hevc|av1", 0, 0, false, false, "Video codecs; each makes the whole ladder once."},
    {OPTION_PRESET, "preset", 0, OPTION_TYPE_ENUM, GROUP_PICTURE, A, "NAME", "medium", NULL,
     "ultrafast|superfast|veryfast|faster|fast|medium|slow|slower|veryslow", 0, 0, false, false,
     "Speed against size, in libx264's words; other encoders get the nearest of theirs."},
    {OPTION_SEGMENT_DURATION, "segment-duration", 0, OPTION_TYPE_SECONDS, GROUP_PICTURE, A,
     "SECONDS", "4", NULL, NULL, 500, 30000, false, false,
     "Length of a segment, in whole groups of pictures: 4, 2.5 or 1001/250."},
    {OPTION_GOP, "gop", 0, OPTION_TYPE_SECONDS, GROUP_PICTURE, A, "SECONDS", NULL,
     "the longest up to 2 that divides the segment duration", NULL, 100, 30000, false, false,
     "Time between keyframes; must divide the segment duration."},
    {OPTION_LIMIT_DURATION, "limit-duration", 0, OPTION_TYPE_SECONDS, GROUP_PICTURE, A, "SECONDS",
     NULL, "the whole source", NULL, 1, 1000000000, false, false,
     "Take only the first part of the source."},
    {OPTION_VMAF, "vmaf", 0, OPTION_TYPE_BOOL, GROUP_PICTURE, A, NULL, "false", NULL, NULL, 0, 0,
     false, false,
     "Decode what is coded and compare every picture with the source at the rung's size: adds "
     "VMAF scores (model vmaf_v0.6.1) to rung.json and the table. Costs about as much time as "
     "encoding does, more with fast presets, and changes no byte of the output. Where the linked "
     "FFmpeg has no libvmaf, a warning says so and the job goes on."},
    {OPTION_AUDIO_LANGUAGES, "audio-languages", 0, OPTION_TYPE_LIST, GROUP_AUDIO, A, "LIST", NULL,
     "every audio track", NULL, 0, 0, false, false,
     "Keep only audio in these languages, as the source tags them or by their two-letter names: "
     "en,de."},
    {OPTION_NO_AUDIO, "no-audio", 0, OPTION_TYPE_BOOL, GROUP_AUDIO, A, NULL, "false", NULL, NULL, 0,
     0, false, false, "Leave all audio out."},
    {OPTION_HWACCEL, "hwaccel", 0, OPTION_TYPE_ENUM, GROUP_PLACE, A | D, "KIND", "auto", NULL,
     "auto|none|cuda|vaapi|qsv", 0, 0, false, false,
     "Accelerator to use: NVIDIA (cuda), VAAPI or Intel Quick Sync (qsv). What the source and the "
     "device allow of it is proven on the first pictures before the work starts, stage by stage "
     "(decode, scale, encode); the others run on the CPU. auto: the first of cuda, vaapi and qsv "
     "that is there and works, else the CPU. rung doctor shows what works here."},
    {OPTION_DEVICE, "device", 0, OPTION_TYPE_INTEGER, GROUP_PLACE, A | D, "N", "0", NULL, "auto", 0,
     255, false, false,
     "Which accelerator, where there are several. auto: the first that works, counted from 0 to "
     "the first that cannot be opened."},
    {OPTION_FALLBACK, "fallback", 0, OPTION_TYPE_TIER, GROUP_PLACE, A, "POLICY", "auto", NULL,
     "auto|never|cpu", 0, 0, false, false,
     "When an accelerator refuses, at the start or in the middle: move the stage that failed to "
     "the CPU and nothing else (auto), move all of it (cpu), or fail with exit code 3 (never). A "
     "tier, as devices for decode, scale and encode (cuda,cuda,cpu), is auto, but its stages on a "
     "device must stay there. Every fallback is reported with its reason."},
    {OPTION_JOBS, "jobs", 0, OPTION_TYPE_INTEGER, GROUP_PLACE, A, "N", NULL,
     "the cores this process may use (affinity and cgroup)", NULL, 1, 1024, false, false,
     "Encoders that run at once. The result does not depend on it."},
    {OPTION_MEMORY, "memory", 0, OPTION_TYPE_SIZE, GROUP_PLACE, A, "SIZE", NULL,
     "half of what the machine or cgroup allows, at most 4G", NULL, 64ll << 20, 1ll << 44, false,
     false,
     "Memory for pictures and encoders in flight: 512M, 4G. The pictures that one step needs are "
     "there in any case: of one group of pictures, where rungs share an analysis (rung plan)."},
    {OPTION_RESUME, "resume", 0, OPTION_TYPE_BOOL, GROUP_RUN, A, NULL, "false", NULL, NULL, 0, 0,
     false, false,
     "Go on where an earlier run with the same input and options was stopped; starts anew when "
     "there is none. Rungs are encoded where the earlier run encoded them, on an accelerator or "
     "the CPU."},
    {OPTION_FORCE, "force", 0, OPTION_TYPE_BOOL, GROUP_RUN, A, NULL, "false", NULL, NULL, 0, 0,
     false, false, "Replace the presentation that is in OUT: its files are removed first."},
    {OPTION_ALLOW_DAMAGED, "allow-damaged", 0, OPTION_TYPE_BOOL, GROUP_RUN, A, NULL, "false", NULL,
     NULL, 0, 0, false, false,
     "Go on when parts of the input are damaged or missing; the loss is reported in numbers."},
    {OPTION_FORMAT, "format", 'f', OPTION_TYPE_ENUM, GROUP_PRINT, V, "FORMAT", "text", NULL,
     "text|json|sarif|junit|markdown", 0, 0, false, false,
     "Form of the report: for people, as JSON (--json is the same), as SARIF 2.1.0 or JUnit XML "
     "for "
     "CI servers. markdown is for --rules."},
    {OPTION_LEVEL, "level", 0, OPTION_TYPE_ENUM, GROUP_JUDGE, V, "LEVEL", "notice", NULL,
     "error|warning|notice", 0, 0, false, false,
     "List findings of this level and above; those below are only counted."},
    {OPTION_PROFILE, "profile", 0, OPTION_TYPE_ENUM, GROUP_JUDGE, V, "PROFILE", "all", NULL,
     "all|apple|dashif|cmaf|rung", 0, 0, false, false,
     "Apply the standards' own rules and, of the guidelines, only these: Apple's HLS authoring "
     "rules, DASH-IF's interoperability points, CMAF, or what Rung promises of its own output."},
    {OPTION_ONLY, "only", 0, OPTION_TYPE_LIST, GROUP_JUDGE, V, "RULES", NULL, "every rule", NULL, 0,
     0, false, false, "Apply only these rules: M6,V2."},
    {OPTION_SKIP, "skip", 0, OPTION_TYPE_LIST, GROUP_JUDGE, V, "RULES", NULL, "none", NULL, 0, 0,
     false, false, "Leave these rules out; the report lists them."},
    {OPTION_CROSS, "cross", 0, OPTION_TYPE_BOOL, GROUP_JUDGE, V, NULL, "true", NULL, NULL, 0, 0,
     false, false, "Compare HLS with DASH where both are there; --no-cross leaves it out."},
    {OPTION_SAMPLE, "sample", 0, OPTION_TYPE_INTEGER, GROUP_FETCH, V, "N", NULL, "every segment",
     NULL, 1, 1000000, false, false,
     "Read all manifests, but only N segments of each track: the first, the last and evenly spread "
     "ones. Rules that span segments then stay silent, and the report says so."},
    {OPTION_RULES, "rules", 0, OPTION_TYPE_BOOL, GROUP_JUDGE, V, NULL, "false", NULL, NULL, 0, 0,
     false, false, "Print the table of rules and stop; also as JSON or markdown."},
    {OPTION_HEADER, "header", 'H', OPTION_TYPE_LINES, GROUP_FETCH, V, "\"NAME: VALUE\"", NULL,
     "none", NULL, 0, 0, true, false,
     "Send this line with every request to the host that was given, and to no other. Repeatable."},
    {OPTION_PARALLEL, "parallel", 0, OPTION_TYPE_INTEGER, GROUP_FETCH, V, "N", NULL,
     "6 over the network, the cores for files", NULL, 1, 64, false, false, "Reads at once."},
    {OPTION_TIMEOUT, "timeout", 0, OPTION_TYPE_INTEGER, GROUP_FETCH, V, "SECONDS", "30", NULL, NULL,
     1, 3600, false, false,
     "Give a silent server up after so long; what may pass is tried 3 times."},
    {OPTION_PROGRESS, "progress", 0, OPTION_TYPE_ENUM, GROUP_PRINT, A | V, "KIND", "auto", NULL,
     "auto|bar|plain|json|none", 0, 0, false, false,
     "On standard error: one line redrawn in place (bar), a line every few seconds (plain), a JSON "
     "line every second (json). auto: bar on a terminal, else plain."},
    {OPTION_JSON, "json", 0, OPTION_TYPE_BOOL, GROUP_PRINT, ALL, NULL, "false", NULL, NULL, 0, 0,
     false, false, "One JSON document on standard output and nothing else there."},
    {OPTION_QUIET, "quiet", 'q', OPTION_TYPE_BOOL, GROUP_PRINT, ALL, NULL, "false", NULL, NULL, 0,
     0, false, false, "Only warnings and errors; no progress, no table."},
    {OPTION_VERBOSE, "verbose", 'v', OPTION_TYPE_BOOL, GROUP_PRINT, ALL, NULL, "false", NULL, NULL,
     0, 0, false, false, "Say more on standard error."},
    {OPTION_LOG_FORMAT, "log-format", 0, OPTION_TYPE_ENUM, GROUP_PRINT, ALL, "FORMAT", "text", NULL,
     "text|json", 0, 0, false, false, "Form of the lines on standard error."},
    {OPTION_CONFIG, "config", 0, OPTION_TYPE_TEXT, GROUP_PRINT, ALL, "FILE", NULL, "none", NULL, 0,
     0, false, false,
     "JSON file with option values, keys written with underscores: {\"segment_duration\": 6}."},
};

static const char *const group_titles[GROUP_COUNT] = {
    [GROUP_PICTURE] = "Ladder and segments",
    [GROUP_AUDIO] = "Audio",
    [GROUP_PLACE] = "Where it runs",
    [GROUP_RUN] = "This run",
    [GROUP_JUDGE] = "What is judged",
    [GROUP_FETCH] = "How it is read",
    [GROUP_PRINT] = "What is printed, and settings",
};

const struct option_row *option_find(enum option_id id)
{
    return (unsigned)id < OPTION_COUNT ? &rows[id] : NULL;
}

const struct option_row *option_find_by_name(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const struct option_row *option_find_by_key(const char *key)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char own[OPTION_NAME_SIZE];
        option_key(&rows[i], own);
        if (strcmp(own, key) == 0)
            return &rows[i];
    }
    return NULL;
}

const struct option_row *option_find_by_short(char flag)
{
    for (size_t i = 0; flag && i < OPTION_COUNT; i++)
        if (rows[i].short_flag == flag)
            return &rows[i];
    return NULL;
}

void option_key(const struct option_row *row, char ret_key[OPTION_NAME_SIZE])
{
    snprintf(ret_key, OPTION_NAME_SIZE, "%s", row->name);
    for (char *at = ret_key; *at; at++)
        if (*at == '-')
            *at = '_';
}

void option_variable(const struct option_row *row, char ret_variable[OPTION_NAME_SIZE])
{
    char key[OPTION_NAME_SIZE];
    option_key(row, key);
    snprintf(ret_variable, OPTION_NAME_SIZE, "RUNG_%.58s", key);
    for (char *at = ret_variable; *at; at++)
        *at = (char)toupper((unsigned char)*at);
}

const char *option_group_title(enum option_group group)
{
    return (unsigned)group < GROUP_COUNT ? group_titles[group] : "";
}
