// SPDX-License-Identifier: BSD-2-Clause
// The entry point; everything else is in the app library, where tests reach it.
#include <unistd.h>

#include "src/app/program.h"

int main(int argc, char **argv)
{
    return program_run(argc, argv, environ);
}
