/* Succeeds where the kernel has landlock. */
#include <sys/syscall.h>
#include <unistd.h>

int main(void) { return syscall(444, NULL, 0, 1) < 1; }
