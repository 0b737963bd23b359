/* power_cut DIRECTORY HOW: from now on nothing reaches the disk of the ext4 that DIRECTORY stands on.
   HOW: 0 all that is in memory is still written, 1 only the journal, 2 nothing. The kernel's own tests use the same call. */
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define EXT4_IOC_SHUTDOWN _IOR('X', 125, __u32)

int main(int count, char **arguments) {
    if (count != 3) return 2;
    __u32 how = (__u32)atoi(arguments[2]);
    int directory = open(arguments[1], O_RDONLY);
    if (directory < 0 || ioctl(directory, EXT4_IOC_SHUTDOWN, &how) != 0) {
        perror(arguments[1]);
        return 1;
    }
    return 0;
}
