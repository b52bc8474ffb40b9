// SPDX-License-Identifier: BSD-2-Clause
// One init segment for a track: sent once, and proof that later encoders agree.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "src/media/track_init.h"
#include "tests/unit/media/shelf.h"

static const uint8_t config_a[] = {0x11, 0x90}; // AAC-LC, 48 kHz, stereo
static const uint8_t config_b[] = {0x12, 0x10}; // AAC-LC, 44.1 kHz, stereo

static bool send(struct track_init *init, const uint8_t config[2], struct shelf *shelf,
                 struct err *err)
{
    struct cmaf_track_spec spec = {.codec = CMAF_AAC,
                                   .timescale_hz = 48000,
                                   .config = config,
                                   .config_size_bytes = 2,
                                   .channels = 2,
                                   .sample_rate_hz = 48000,
                                   .priming_ticks = 1024};
    return track_init_send(init, "t", &spec, &shelf->sink, err);
}

static void is_sent_once(void **state)
{
    (void)state;
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    shelf_init(&shelf);
    track_init_init(&init);
    for (int i = 0; i < 3; i++)
        assert_true(send(&init, config_a, &shelf, &err));
    assert_int_equal(shelf.count, 1);
    assert_int_equal(shelf.pieces[0].index, SHELF_INIT);
    assert_memory_equal(shelf.pieces[0].bytes.data + 4, "ftyp", 4);
    track_init_done(&init);
    shelf_done(&shelf);
}

static void another_configuration_is_refused(void **state)
{
    (void)state;
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    shelf_init(&shelf);
    track_init_init(&init);
    assert_true(send(&init, config_a, &shelf, &err));
    assert_false(send(&init, config_b, &shelf, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_int_equal(shelf.count, 1);
    track_init_done(&init);
    shelf_done(&shelf);
}

static bool refuse(void *self, const struct media_init *init, struct err *err)
{
    (void)self;
    (void)init;
    return err_set(err, ERR_TRANSIENT, "no room");
}

static void a_refused_one_is_not_sent(void **state)
{
    (void)state;
    struct shelf shelf;
    struct track_init init;
    struct err err = {0};
    shelf_init(&shelf);
    track_init_init(&init);
    shelf.sink.init = refuse;
    assert_false(send(&init, config_a, &shelf, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    shelf.sink.init = shelf_take_init;
    assert_true(send(&init, config_b, &shelf, &err)); // nothing binds it yet
    assert_int_equal(shelf.count, 1);
    track_init_done(&init);
    shelf_done(&shelf);
}

struct sender {
    struct track_init *init;
    struct shelf *shelf;
};

static void *send_many(void *self)
{
    struct sender *sender = self;
    for (int i = 0; i < 200; i++)
        if (!send(sender->init, config_a, sender->shelf, NULL))
            return sender;
    return NULL;
}

static void threads_send_one(void **state)
{
    (void)state;
    struct shelf shelf;
    struct track_init init;
    shelf_init(&shelf);
    track_init_init(&init);
    struct sender sender = {&init, &shelf};
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, &sender), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *failed = NULL;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_int_equal(shelf.count, 1);
    track_init_done(&init);
    shelf_done(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sent_once),
        cmocka_unit_test(another_configuration_is_refused),
        cmocka_unit_test(a_refused_one_is_not_sent),
        cmocka_unit_test(threads_send_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
