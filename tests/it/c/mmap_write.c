// Writes a text over the beginning of a file through a mapping: mmap_write FILE TEXT
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int file = open(argv[1], O_RDWR);
    size_t length = strlen(argv[2]);
    if (file < 0) return 1;
    char *place = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (place == MAP_FAILED) return 1;
    memcpy(place, argv[2], length);
    return munmap(place, length) || close(file);
}
