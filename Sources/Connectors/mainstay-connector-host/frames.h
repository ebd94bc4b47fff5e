#ifndef MST_FRAMES_H
#define MST_FRAMES_H

#include "mainstay_connector.h"

/* Kinds of frames; from 64 on they go to Mainstay. */
enum {
    FRAME_CREATE = 1,
    FRAME_CALL = 2,
    FRAME_REPLY = 3,
    FRAME_CANCEL = 4,
    FRAME_SHUTDOWN = 5,
    FRAME_HELLO = 64,
    FRAME_RESULT = 65,
    FRAME_REQUEST = 66,
    FRAME_LOG = 67,
};

struct frame {
    uint8_t kind;
    uint16_t status;
    uint32_t id;
    char name[256];
    char *payload; /* by malloc, NULL when empty; the receiver frees it */
    size_t count;
};

/* The descriptors that the frames come and go by. */
void frames_use(int input, int output);

/* Waits for the next frame. Ends the process where the input ends or holds no frame. */
void frame_read(struct frame *frame);

/* Whether there is something to read. */
int frame_waits(void);

/* Ends the process once nobody writes frames any more. */
_Noreturn void frames_watch(void);

/* Writes one frame, whole, from any thread. Ends the process when nobody reads any more. */
void frame_write(uint8_t kind, int32_t status, uint32_t id, const char *name, mst_bytes payload);

/* Writes {"code":"...","message":"..."} into `buffer` of `size` bytes, cut where it does not fit,
 * and returns it. The code needs no escapes. */
mst_bytes problem_json(char *buffer, size_t size, const char *code, const char *message);

#endif
