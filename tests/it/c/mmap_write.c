// Writes texts over the beginning of a file through one mapping, each after a byte of standard input but the first: mmap_write FILE TEXT...
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    int file = open(argv[1], O_RDWR);
    if (file < 0) return 1;
    off_t length = lseek(file, 0, SEEK_END);
    char *place = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (place == MAP_FAILED) return 1;
    for (int text = 2; text < argc; text++) {
        char byte;
        if (text > 2 && read(0, &byte, 1) != 1) return 1;
        size_t size = strlen(argv[text]);
        if (size > (size_t)length) return 2;
        memcpy(place, argv[text], size);
    }
    // Until it is killed, or forgotten.
    if (argc > 3) sleep(60);
    return munmap(place, length) || close(file);
}
