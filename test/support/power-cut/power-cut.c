/* A power cut for one directory: preload it (LD_PRELOAD) into a process, and at its N-th change of that directory the process ends and
 * the directory is what a disk would hold: files as they were at their last fsync, names as they were at the directory's last fsync.
 * In: POWER_CUT_DIR (flat, absolute), POWER_CUT_AT (N; 0 = never), POWER_CUT_MIX (a number: instead of dropping everything that was not
 * synced, keep a random part of it, by sectors of 512 bytes). Out: exit status 77. What is there at the start counts as synced.
 * Contents are copied when they are synced, so writes through a mapping are dropped like any other. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 4096
#define MAX_NAMES 512
#define SECTOR 512
#define CUT_STATUS 77

struct file {
  ino_t inode; /* 0: gone, its number may belong to another file by now */
  mode_t mode;
  char *synced;
  size_t size;
};

struct name {
  char text[NAME_MAX + 1];
  struct file *file;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char directory[PATH_MAX];
static dev_t device;
static ino_t directory_inode;
static struct file files[MAX_FILES];
static int file_count;
static struct name synced_names[MAX_NAMES];
static int synced_count;
static long changes, cut_at;
static unsigned long long dice;

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static void fail(const char *what) {
  dprintf(2, "power-cut: %s: %s\n", what, strerror(errno));
  _exit(78);
}

static int coin(void) {
  dice ^= dice << 13;
  dice ^= dice >> 7;
  dice ^= dice << 17;
  return (dice >> 33) & 1;
}

static struct file *find(const struct stat *stat) {
  if (stat->st_dev != device) return NULL;
  for (int at = file_count - 1; at >= 0; at--)
    if (files[at].inode == stat->st_ino) return &files[at];
  return NULL;
}

static struct file *learn(const struct stat *stat) {
  struct file *known = find(stat);
  if (known != NULL) return known;
  if (file_count == MAX_FILES) fail("too many files");
  files[file_count] = (struct file){.inode = stat->st_ino, .mode = stat->st_mode & 0777};
  return &files[file_count++];
}

static char *read_all(int fd, size_t *size) {
  struct stat stat;
  if (fstat(fd, &stat) != 0) fail("fstat");
  char *bytes = malloc(stat.st_size + 1);
  size_t done = 0;
  for (ssize_t got; done < (size_t)stat.st_size && (got = pread(fd, bytes + done, stat.st_size - done, done)) > 0;) done += got;
  *size = done;
  return bytes;
}

/* The descriptor at hand may not be readable, and the file may have no name any more. */
static void keep_content(struct file *file, const char *path) {
  int fd = REAL(open)(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  free(file->synced);
  file->synced = read_all(fd, &file->size);
  close(fd);
}

static int list_names(struct name *names) {
  int count = 0;
  DIR *dir = opendir(directory);
  if (dir == NULL) fail(directory);
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    struct stat stat;
    if (fstatat(dirfd(dir), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(stat.st_mode)) continue;
    if (count == MAX_NAMES) fail("too many names");
    snprintf(names[count].text, sizeof names[count].text, "%s", entry->d_name);
    names[count++].file = learn(&stat);
  }
  closedir(dir);
  return count;
}

static void path_of(const char *name, char *path) {
  if (snprintf(path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX) fail("path too long");
}

__attribute__((constructor)) static void begin(void) {
  const char *wanted = getenv("POWER_CUT_DIR"), *at = getenv("POWER_CUT_AT"), *mix = getenv("POWER_CUT_MIX");
  struct stat stat;
  if (wanted == NULL || realpath(wanted, directory) == NULL || lstat(directory, &stat) != 0) return;
  device = stat.st_dev;
  directory_inode = stat.st_ino;
  cut_at = at == NULL ? 0 : atol(at);
  dice = mix == NULL ? 0 : strtoull(mix, NULL, 10) * 2654435761u + 88172645463325252ull;
  synced_count = list_names(synced_names);
  for (int i = 0; i < synced_count; i++) {
    char path[PATH_MAX];
    path_of(synced_names[i].text, path);
    keep_content(synced_names[i].file, path);
  }
}

/* Every sector and the length either as synced or as written. */
static void mix_in(struct file *file, char *written, size_t size) {
  size_t length = coin() ? file->size : size, larger = size > file->size ? size : file->size;
  char *mixed = calloc(1, larger + 1);
  for (size_t from = 0; from < larger; from += SECTOR) {
    int is_new = coin();
    const char *source = is_new ? written : file->synced;
    size_t end = is_new ? size : file->size;
    if (from < end) memcpy(mixed + from, source + from, end - from < SECTOR ? end - from : SECTOR);
  }
  free(file->synced);
  file->synced = mixed;
  file->size = length;
}

static void cut(void) {
  static struct name current[MAX_NAMES];
  char path[PATH_MAX];
  int count = list_names(current);
  for (int i = 0; i < count && dice != 0; i++) {
    size_t size;
    path_of(current[i].text, path);
    int fd = REAL(open)(path, O_RDONLY);
    char *written = read_all(fd, &size);
    mix_in(current[i].file, written, size);
    free(written);
    close(fd);
  }
  for (int i = 0; i < count; i++) {
    path_of(current[i].text, path);
    REAL(unlink)(path);
  }
  int keeps_names = dice != 0 && coin();
  struct name *names = keeps_names ? current : synced_names;
  for (int i = 0, end = keeps_names ? count : synced_count; i < end; i++) {
    path_of(names[i].text, path);
    int fd = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || fchmod(fd, names[i].file->mode) != 0) fail(path);
    for (size_t done = 0; done < names[i].file->size;) {
      ssize_t wrote = REAL(write)(fd, names[i].file->synced + done, names[i].file->size - done);
      if (wrote <= 0) fail(path);
      done += wrote;
    }
    close(fd);
  }
  _exit(CUT_STATUS);
}

static void change(void) {
  if (directory_inode != 0 && ++changes == cut_at) cut();
}

static struct file *tracked(int fd) {
  struct stat stat;
  return directory_inode != 0 && fstat(fd, &stat) == 0 ? find(&stat) : NULL;
}

static int is_inside(const char *path) {
  size_t length = strlen(directory);
  return directory_inode != 0 && strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* The lock is held from the count to the end of the change, so a cut never falls into another thread's. */
#define ON_FILE(fd, call)                    \
  pthread_mutex_lock(&lock);                 \
  if (tracked(fd) != NULL) change();         \
  __typeof__(call) answer = call;            \
  int failure = errno;                       \
  pthread_mutex_unlock(&lock);               \
  errno = failure;                           \
  return answer

#define ON_PATH(path, call)                  \
  pthread_mutex_lock(&lock);                 \
  if (is_inside(path)) change();             \
  __typeof__(call) answer = call;            \
  int failure = errno;                       \
  pthread_mutex_unlock(&lock);               \
  errno = failure;                           \
  return answer

static int open_tracked(const char *path, int flags, mode_t mode) {
  pthread_mutex_lock(&lock);
  int may_create = is_inside(path) && (flags & O_CREAT) != 0, was_there = may_create && access(path, F_OK) == 0;
  if (may_create && !was_there) change();
  if (is_inside(path) && (flags & O_TRUNC) != 0) change();
  int fd = REAL(open)(path, flags, mode), failure = errno;
  struct stat stat;
  if (fd >= 0 && may_create && !was_there && fstat(fd, &stat) == 0) {
    struct file *namesake = find(&stat);
    if (namesake != NULL) namesake->inode = 0;
    learn(&stat);
  }
  pthread_mutex_unlock(&lock);
  errno = failure;
  return fd;
}

#define MODE_OF(flags)                                   \
  mode_t mode = 0;                                       \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {               \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    mode = va_arg(rest, mode_t);                         \
    va_end(rest);                                        \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_tracked(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_tracked(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size) { ON_FILE(fd, REAL(write)(fd, bytes, size)); }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { ON_FILE(fd, REAL(pwrite)(fd, bytes, size, at)); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { ON_FILE(fd, REAL(pwrite64)(fd, bytes, size, at)); }
ssize_t writev(int fd, const struct iovec *parts, int count) { ON_FILE(fd, REAL(writev)(fd, parts, count)); }
int ftruncate(int fd, off_t size) { ON_FILE(fd, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { ON_FILE(fd, REAL(ftruncate64)(fd, size)); }
int rename(const char *from, const char *to) { ON_PATH(to, REAL(rename)(from, to)); }
int link(const char *from, const char *to) { ON_PATH(to, REAL(link)(from, to)); }
int unlink(const char *path) { ON_PATH(path, REAL(unlink)(path)); }

static int sync_tracked(int fd, int (*real)(int)) {
  struct stat stat;
  pthread_mutex_lock(&lock);
  int is_known = directory_inode != 0 && fstat(fd, &stat) == 0 && stat.st_dev == device;
  int is_directory = is_known && stat.st_ino == directory_inode;
  struct file *file = is_known ? find(&stat) : NULL;
  if (is_directory || file != NULL) change();
  int answer = real(fd), failure = errno;
  if (answer == 0 && is_directory) synced_count = list_names(synced_names);
  if (answer == 0 && file != NULL) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    keep_content(file, path);
  }
  pthread_mutex_unlock(&lock);
  errno = failure;
  return answer;
}

int fsync(int fd) { return sync_tracked(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_tracked(fd, REAL(fdatasync)); }
