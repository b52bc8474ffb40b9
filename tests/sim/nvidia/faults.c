// SPDX-License-Identifier: BSD-2-Clause
// Reads RUNG_SIM_FAULTS once per process and answers what holds for a device.
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counters.h"

#define MAX_FAULTS 16

static const struct {
    const char *name;
    enum { NO_VALUE, MAYBE_NUMBER, NUMBER, WORD } value;
} kinds[FAULT_KINDS] = {
    [FAULT_NO_DEVICE] = {"no-device", NO_VALUE},
    [FAULT_DRIVER_TOO_OLD] = {"driver-too-old", NO_VALUE},
    [FAULT_NO_ENCODER] = {"no-encoder", NO_VALUE},
    [FAULT_SESSIONS] = {"sessions", NUMBER},
    [FAULT_VRAM] = {"vram", NUMBER},
    [FAULT_NO_DECODER] = {"no-decoder", WORD},
    [FAULT_LOST_AFTER] = {"lost-after", NUMBER},
    [FAULT_DECODE_ERROR_AT] = {"decode-error-at", NUMBER},
    [FAULT_ENCODE_ERROR_AT] = {"encode-error-at", NUMBER},
    [FAULT_ENCODE_ERROR_AT_FLUSH] = {"encode-error-at-flush", MAYBE_NUMBER},
    [FAULT_HANG_AT] = {"hang-at", NUMBER},
    [FAULT_HANG_ENCODE_AT] = {"hang-encode-at", NUMBER},
};

struct asked {
    enum fault kind;
    int device; // -1: every device
    int64_t number;
    char word[32];
    bool once;
    bool is_spent; // another process had it
    bool has_fired;
    char marker[600];
};

static struct asked asked[MAX_FAULTS];
static int asked_count;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// A typing error must not turn a test of a failure into a test of nothing.
static _Noreturn void refuse(const char *text)
{
    fprintf(stderr, "simulated driver: RUNG_SIM_FAULTS: cannot read \"%s\"\n", text);
    abort();
}

static void set_marker(struct asked *fault, const char *text)
{
    const char *folder = getenv("RUNG_SIM_STATE");
    if (!folder || !*folder) {
        fprintf(stderr, "simulated driver: RUNG_SIM_FAULTS: \"%s\" needs RUNG_SIM_STATE\n", text);
        abort();
    }
    snprintf(fault->marker, sizeof fault->marker, "%s/fired-%s", folder, text);
    fault->is_spent = access(fault->marker, F_OK) == 0;
}

static void read_value(struct asked *fault, const char *value, const char *text)
{
    bool has_value = value && *value;
    int kind = kinds[fault->kind].value;
    if (kind != MAYBE_NUMBER && has_value != (kind != NO_VALUE))
        refuse(text);
    if (has_value && kind != WORD) {
        char *end;
        fault->number = strtoll(value, &end, 10);
        if (*end || fault->number < 0)
            refuse(text);
    } else if (has_value) {
        snprintf(fault->word, sizeof fault->word, "%s", value);
    }
}

static void read_one(const char *text)
{
    char work[128];
    struct asked fault = {.device = -1, .kind = FAULT_KINDS};
    if (strlen(text) >= sizeof work || asked_count == MAX_FAULTS)
        refuse(text);
    snprintf(work, sizeof work, "%s", text);
    for (char *mark; (mark = strpbrk(work, "!")); memmove(mark, mark + 1, strlen(mark)))
        fault.once = true;
    char *at = strchr(work, '@'), *value = strchr(work, '=');
    if (at) {
        char *end;
        *at = '\0';
        fault.device = (int)strtol(at + 1, &end, 10);
        if (end == at + 1 || *end)
            refuse(text);
    }
    if (value)
        *value++ = '\0';
    for (int i = 0; i < FAULT_KINDS; i++)
        if (strcmp(work, kinds[i].name) == 0)
            fault.kind = (enum fault)i;
    if (fault.kind == FAULT_KINDS)
        refuse(text);
    read_value(&fault, value, text);
    // These two are asked for before a device is.
    if (fault.device >= 0 && (fault.kind == FAULT_NO_DEVICE || fault.kind == FAULT_DRIVER_TOO_OLD))
        refuse(text);
    if (fault.once)
        set_marker(&fault, text);
    asked[asked_count++] = fault;
}

static void read_all(void)
{
    const char *list = getenv("RUNG_SIM_FAULTS");
    char copy[1024], *rest = copy, *item;
    if (!list)
        return;
    if (strlen(list) >= sizeof copy)
        refuse(list);
    snprintf(copy, sizeof copy, "%s", list);
    while ((item = strsep(&rest, ",")))
        if (*item)
            read_one(item);
}

static struct asked *find(enum fault kind, int device)
{
    pthread_once(&once, read_all);
    for (int i = 0; i < asked_count; i++)
        if (asked[i].kind == kind && !asked[i].is_spent &&
            (device < 0 || asked[i].device < 0 || asked[i].device == device))
            return &asked[i];
    return NULL;
}

bool fault_number(enum fault kind, int device, int64_t *ret_number)
{
    struct asked *fault = find(kind, device);
    if (fault)
        *ret_number = fault->number;
    return fault != NULL;
}

bool fault_names(enum fault kind, int device, const char *word)
{
    pthread_once(&once, read_all);
    for (int i = 0; i < asked_count; i++)
        if (asked[i].kind == kind && !asked[i].is_spent && strcmp(asked[i].word, word) == 0 &&
            (device < 0 || asked[i].device < 0 || asked[i].device == device))
            return true;
    return false;
}

bool fault_fires(enum fault kind, int device)
{
    struct asked *fault = find(kind, device);
    if (!fault)
        return false;
    pthread_mutex_lock(&lock);
    if (fault->once && !fault->has_fired) {
        int file = open(fault->marker, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (file >= 0)
            close(file);
        else
            fault->is_spent = true;
    }
    bool first = !fault->has_fired && !fault->is_spent;
    fault->has_fired = fault->has_fired || first;
    bool fires = fault->has_fired;
    pthread_mutex_unlock(&lock);
    if (first)
        counters_note_fault(kinds[kind].name);
    return fires;
}

_Noreturn void fault_hang(void)
{
    counters_report("hang");
    for (;;)
        pause();
}
