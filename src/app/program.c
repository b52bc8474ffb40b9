// SPDX-License-Identifier: BSD-2-Clause
// From argv to a command.
#include "src/app/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/help.h"
#include "src/app/options.h"
#include "src/app/signals.h"
#include "src/app/version.h"
#include "src/base/log.h"
#include "src/engine/serve.h"

int program_fail(const struct err *err)
{
    if (err->kind == ERR_CANCELLED)
        return signals_exit_code();
    log_msg(LOG_ERROR, "app", "%s", err->text);
    return err_kind_exit_code(err->kind);
}

static int print(struct buf *text, FILE *where, int code)
{
    bool ok = buf_print(text, where);
    ok = fflush(where) == 0 && ok;
    buf_done(text);
    return ok ? code : err_kind_exit_code(ERR_TRANSIENT);
}

static bool has_flag(int argc, char **argv, const char *name, const char *short_name)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], name) == 0 || (short_name && strcmp(argv[i], short_name) == 0))
            return true;
    return false;
}

static int run_help(int argc, char **argv)
{
    struct buf text = {0};
    struct err err = {0};
    const char *name = argc > 0 ? argv[0] : NULL;
    if (name && strcmp(name, "--man") == 0) {
        help_man(&text);
    } else if (name && strcmp(name, "--markdown") == 0) {
        help_markdown(&text);
    } else if (name && name[0] != '-') {
        const struct command_row *command = command_find_by_name(name, &err);
        if (!command)
            return program_fail(&err);
        help_command(command, &text);
    } else {
        help_program(&text);
    }
    return print(&text, stdout, 0);
}

static void setup_log(const struct options *options)
{
    enum log_level level = LOG_INFO;
    if (options_bool(options, OPTION_QUIET))
        level = LOG_WARNING;
    else if (options_bool(options, OPTION_VERBOSE))
        level = LOG_VERBOSE;
    log_setup(level, options_is(options, OPTION_LOG_FORMAT, "json") ? LOG_JSON : LOG_TEXT);
}

static int run_command(const struct command_row *command, int argc, char **argv, char **environment)
{
    struct options options;
    struct err err = {0};
    if (!options_read(command, argc, argv, environment, &options, &err))
        return program_fail(&err);
    setup_log(&options);
    if (options.warning)
        log_msg(LOG_WARNING, "app", "%s", options.warning);
    signals_install();
    int code = command->run(&options);
    // Output that did not reach its reader is no success.
    if (fflush(stdout) != 0 && code == 0)
        code = err_kind_exit_code(ERR_TRANSIENT);
    options_done(&options);
    return code;
}

int program_run(int argc, char **argv, char **environment)
{
    struct buf text = {0};
    struct err err = {0};
    log_setup(LOG_INFO, LOG_TEXT);
    if (argc < 2) {
        help_program(&text);
        return print(&text, stderr, err_kind_exit_code(ERR_CONFIG));
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return run_help(0, NULL);
    if (has_flag(argc - 1, argv + 1, "--version", NULL)) {
        if (has_flag(argc - 1, argv + 1, "--json", NULL))
            version_json(&text);
        else
            version_text(&text);
        return print(&text, stdout, 0);
    }
    const struct command_row *command = command_find_by_name(argv[1], &err);
    if (!command)
        return program_fail(&err);
    if (command->id == COMMAND_ENGINE) {
        // SVT-AV1 writes to stderr past every log callback; errors only, then.
        setenv("SVT_LOG", "1", 0);
        return engine_serve();
    }
    if (has_flag(argc - 2, argv + 2, "--help", "-h")) {
        help_command(command, &text);
        return print(&text, stdout, 0);
    }
    if (command->id == COMMAND_HELP)
        return run_help(argc - 2, argv + 2);
    return run_command(command, argc - 2, argv + 2, environment);
}
