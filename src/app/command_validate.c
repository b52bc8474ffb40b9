// SPDX-License-Identifier: BSD-2-Clause
// rung validate: options to a validation, its outcome to standard output.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "manifests/validate/validate.h"
#include "src/app/nearest.h"
#include "src/app/options.h"
#include "src/app/program.h"
#include "src/app/resources.h"
#include "src/app/signals.h"
#include "src/app/validate_progress.h"
#include "src/base/json.h"

#define HEADERS_MAX 64

enum form { FORM_TEXT, FORM_JSON, FORM_SARIF, FORM_JUNIT, FORM_MARKDOWN };

static enum form form_of(const struct options *options)
{
    if (options_bool(options, OPTION_JSON))
        return FORM_JSON;
    return (enum form)options_integer(options, OPTION_FORMAT, FORM_TEXT);
}

static bool print_out(struct buf *text, struct err *err)
{
    bool ok = buf_print(text, stdout);
    buf_done(text);
    return ok || err_set(err, ERR_TRANSIENT, "write to standard output failed");
}

// --json is --format=json; with another format it is not clear what is wanted.
static bool check_form(const struct options *options, struct err *err)
{
    enum form form = (enum form)options_integer(options, OPTION_FORMAT, FORM_TEXT);
    bool is_given = options->values[OPTION_FORMAT].origin != ORIGIN_DEFAULT;
    if (options_bool(options, OPTION_JSON) && is_given && form != FORM_JSON)
        return err_set(err, ERR_CONFIG, "--json and --format=%s exclude each other",
                       options_text(options, OPTION_FORMAT));
    return true;
}

static bool print_rules(enum form form, struct err *err)
{
    struct buf text = {0};
    if (form == FORM_JSON)
        rules_json(rule_set_all(), &text);
    else if (form == FORM_MARKDOWN)
        rules_markdown(rule_set_all(), &text);
    else if (form == FORM_TEXT)
        rules_text(rule_set_all(), &text);
    else
        return err_set(err, ERR_CONFIG, "--rules is printed as text, json or markdown");
    return print_out(&text, err);
}

// Sets flags[id] for each name of a list like "M6,V2".
static bool read_rules(const struct options *options, enum option_id id, bool *flags,
                       struct err *err)
{
    const char *at = options_text(options, id);
    const char *names[RULE_COUNT];
    for (size_t i = 0; i < RULE_COUNT; i++)
        names[i] = rule_id_name((enum rule_id)i);
    while (at && *at) {
        size_t length = strcspn(at, ", ");
        AUTO_FREE char *name = mem_printf("%.*s", (int)(length < 16 ? length : 16), at);
        enum rule_id rule = rule_id_find(name);
        at += length + strspn(at + length, ", ");
        if (*name && rule == RULE_COUNT) {
            const char *nearest = nearest_name(name, names, RULE_COUNT);
            return err_set(err, ERR_CONFIG,
                           "--%s: there is no rule %s%s%s%s; rung validate --rules "
                           "lists them",
                           option_find(id)->name, name, nearest ? "; did you mean " : "",
                           nearest ? nearest : "", nearest ? "?" : "");
        }
        if (*name)
            flags[rule] = true;
    }
    return true;
}

static bool choose_rules(const struct options *options, bool *is_off, struct err *err)
{
    bool only[RULE_COUNT] = {false};
    if (!read_rules(options, OPTION_SKIP, is_off, err) ||
        !read_rules(options, OPTION_ONLY, only, err))
        return false;
    if (options_text(options, OPTION_ONLY))
        for (size_t i = 0; i < RULE_COUNT; i++)
            is_off[i] = is_off[i] || !only[i];
    return true;
}

// Splits the lines of --header in place. False: not "Name: value".
static bool read_headers(char *lines, const char **headers, size_t *ret_count, struct err *err)
{
    char *rest = lines;
    *ret_count = 0;
    for (char *line; (line = strsep(&rest, "\n"));) {
        size_t name = strspn(line, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (name == 0 || line[name] != ':' || strchr(line, '\r'))
            return err_set(err, ERR_CONFIG, "--header: not of the form \"Name: value\"");
        if (*ret_count == HEADERS_MAX)
            return err_set(err, ERR_CONFIG, "--header: more than %d", HEADERS_MAX);
        headers[(*ret_count)++] = line;
    }
    return true;
}

static unsigned profile_bits(const struct options *options)
{
    static const unsigned bits[] = {0, PROFILE_APPLE, PROFILE_DASHIF, PROFILE_CMAF, PROFILE_RUNG};
    return bits[options_integer(options, OPTION_PROFILE, 0)];
}

static unsigned terminal_width(void)
{
    struct winsize size = {0};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static const struct {
    void (*write)(const struct report_input *input, struct buf *ret);
} writers[] = {{report_text}, {report_json}, {report_sarif}, {report_junit}};

static bool print_report(const struct options *options, const struct validation *validation,
                         struct err *err)
{
    static const enum rule_level levels[] = {LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE};
    struct buf text = {0};
    bool is_terminal = isatty(STDOUT_FILENO) == 1;
    struct report_input input = {
        .given = options->arguments[0],
        .evidence = &validation->evidence,
        .findings = &validation->findings,
        .rules = rule_set_all(),
        .level = levels[options_integer(options, OPTION_LEVEL, 2)],
        .profile = options_text(options, OPTION_PROFILE),
        .is_brief = options_bool(options, OPTION_QUIET),
        .is_colour = is_terminal && !getenv("NO_COLOR"),
        .width_columns = is_terminal ? terminal_width() : 0,
        .wall_s = validation->wall_s,
        .bytes_read = validation->bytes_read,
        .requests = validation->requests,
    };
    writers[form_of(options)].write(&input, &text);
    return print_out(&text, err);
}

// What could not be read says nothing about the presentation, if it may be there another
// time; anything else that is wrong does.
static int exit_code(const struct validation *validation)
{
    const struct rule_set *rules = rule_set_all();
    int64_t errors = 0;
    int64_t unread = 0;
    for (size_t id = 0; id < RULE_COUNT; id++) {
        bool is_reach = id == RULE_L1 || id == RULE_H7 || id == RULE_D18;
        if (rules->rows[id] && rules->rows[id]->level == LEVEL_ERROR)
            *(is_reach ? &unread : &errors) += validation->findings.total[id];
    }
    if (errors || (unread && !validation->transient_failures))
        return err_kind_exit_code(ERR_INPUT);
    return unread ? err_kind_exit_code(ERR_TRANSIENT) : 0;
}

static bool run(const struct options *options, int *ret_code, struct err *err)
{
    bool is_off[RULE_COUNT] = {false};
    const char *headers[HEADERS_MAX];
    size_t header_count = 0;
    AUTO_FREE char *lines = mem_strdup(options_text(options, OPTION_HEADER));
    if (!choose_rules(options, is_off, err) ||
        (lines && !read_headers(lines, headers, &header_count, err)))
        return false;
    if (form_of(options) == FORM_MARKDOWN)
        return err_set(err, ERR_CONFIG, "--format=markdown is for --rules");
    struct validate_meter *meter = validate_meter_new(options);
    struct validate_spec spec = {
        .inputs = options->arguments,
        .input_count = options->argument_count,
        .origin = {.headers = headers,
                   .header_count = header_count,
                   .parallel = (unsigned)options_integer(options, OPTION_PARALLEL, 0),
                   .timeout_s = (unsigned)options_integer(options, OPTION_TIMEOUT, 30),
                   .stop = signals_stop_flag()},
        .sample = (size_t)options_integer(options, OPTION_SAMPLE, 0),
        .has_cross = options_bool(options, OPTION_CROSS),
        .profiles = profile_bits(options),
        .is_off = is_off,
        .threads = (unsigned)resources_default_jobs(),
        .progress = validate_meter_hook(meter),
    };
    struct validation validation;
    bool ok = validate_run(&spec, &validation, err);
    validate_meter_free(&meter);
    if (!ok)
        return false;
    ok = print_report(options, &validation, err);
    *ret_code = exit_code(&validation);
    validation_done(&validation);
    return ok;
}

// Who reads JSON from standard output learns there, too, why there is no report.
static void print_failure(const struct options *options, const struct err *fault)
{
    AUTO(json_free) json_t *root = json_object();
    json_object_set_new(root, "rung", json_string(RUNG_VERSION));
    if (options->argument_count)
        json_object_set_new(root, "input", json_text_lossy(options->arguments[0]));
    json_object_set_new(root, "error",
                        json_pack("{s:o, s:i}", "message", json_text_lossy(fault->text),
                                  "exit_code", err_kind_exit_code(fault->kind)));
    AUTO_FREE char *text = json_dumps(root, JSON_INDENT(2));
    if (text)
        puts(text);
}

int command_validate(const struct options *options)
{
    struct err err = {0};
    int code = 0;
    bool ok;
    if (!check_form(options, &err))
        ok = false;
    else if (options_bool(options, OPTION_RULES))
        ok = print_rules(form_of(options), &err);
    else if (options->argument_count == 0)
        ok = err_set(&err, ERR_CONFIG, "INPUT is missing: rung validate INPUT...");
    else
        ok = run(options, &code, &err);
    if (!ok && err.kind != ERR_CANCELLED && form_of(options) == FORM_JSON)
        print_failure(options, &err);
    return ok ? code : program_fail(&err);
}
