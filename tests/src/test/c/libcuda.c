/*
 * A libcuda.so.1 whose driver is a Java object: the calls that JCudaDriver makes, forwarded to class TrampolineCalls.
 * Anything else is not here on purpose: the loader binds lazily, so such a call ends the process by its name.
 *
 * Java answers {status, value...} or a buffer. Host memory is the direct buffers of the Java driver's allocatePinned,
 * so a host address is found in the list of them. No call arrives inside a JNI critical region except
 * cuDeviceGetName's, whose answer is therefore fetched before, in cuDeviceGet.
 */
#include <jni.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_VALUE = 1, NOT_SUPPORTED = 801, UNKNOWN = 999 };
enum { DEVICES = 8, NAME_BYTES = 256, MAX_VALUES = 3 };
enum { JIT_ERROR_LOG_BUFFER = 5, JIT_ERROR_LOG_BUFFER_SIZE = 6 };

typedef int Result;
typedef int Device;
typedef uint64_t Address;
typedef void *Handle;

typedef struct Block {
    char *address;
    int64_t bytes;
    jobject buffer;
    struct Block *next;
} Block;

static JavaVM *vm;
static jclass calls;
static char names[DEVICES][NAME_BYTES];
static Block *blocks;

JNIEXPORT void JNICALL
Java_io_github_indirec_kernels_driver_Trampoline_bind(JNIEnv *env, jclass self, jclass target) {
    (void)self;
    (*env)->GetJavaVM(env, &vm);
    calls = (*env)->NewGlobalRef(env, target);
}

static JNIEnv *environment(void) {
    void *env = NULL;
    (*vm)->GetEnv(vm, &env, JNI_VERSION_1_6);
    return env;
}

static jobject object(JNIEnv *env, const char *name, const char *signature, va_list arguments) {
    jmethodID method = (*env)->GetStaticMethodID(env, calls, name, signature);
    if (method == NULL) {
        (*env)->FatalError(env, name);
    }
    jobject answer = (*env)->CallStaticObjectMethodV(env, calls, method, arguments);
    /* An Error is left to be thrown where JCuda returns to Java. */
    return (*env)->ExceptionCheck(env) ? NULL : answer;
}

/* A method that returns long[]: the status, and values behind it where it succeeded. */
static Result call(int64_t *values, const char *name, const char *signature, ...) {
    JNIEnv *env = environment();
    va_list arguments;
    va_start(arguments, signature);
    jlongArray answer = object(env, name, signature, arguments);
    va_end(arguments);
    if (answer == NULL) {
        return UNKNOWN;
    }
    jlong all[1 + MAX_VALUES] = {0};
    (*env)->GetLongArrayRegion(env, answer, 0, (*env)->GetArrayLength(env, answer), all);
    (*env)->DeleteLocalRef(env, answer);
    if (values != NULL && all[0] == SUCCESS) {
        for (int i = 0; i < MAX_VALUES; i++) {
            values[i] = all[1 + i];
        }
    }
    return (Result)all[0];
}

/* A method that returns a String, put into memory of some size. */
static void text(char *target, size_t bytes, const char *name, const char *signature, ...) {
    JNIEnv *env = environment();
    va_list arguments;
    va_start(arguments, signature);
    jstring answer = object(env, name, signature, arguments);
    va_end(arguments);
    if (answer != NULL) {
        const char *chars = (*env)->GetStringUTFChars(env, answer, NULL);
        strncpy(target, chars, bytes - 1);
        target[bytes - 1] = 0;
        (*env)->ReleaseStringUTFChars(env, answer, chars);
        (*env)->DeleteLocalRef(env, answer);
    }
}

/* The block that bytes of host memory lie in; NULL if they are not page-locked memory of ours. */
static Block *block(const void *address, int64_t bytes) {
    for (Block *b = blocks; b != NULL; b = b->next) {
        int64_t offset = (const char *)address - b->address;
        if (offset >= 0 && offset + bytes <= b->bytes) {
            return b;
        }
    }
    return NULL;
}

/* ---- the driver ---- */

Result cuInit(unsigned flags) {
    return call(NULL, "init", "(I)[J", (jint)flags);
}

Result cuDriverGetVersion(int *version) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "version", "()[J");
    *version = (int)v[0];
    return result;
}

Result cuDeviceGetCount(int *count) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "deviceCount", "()[J");
    *count = (int)v[0];
    return result;
}

Result cuDeviceGet(Device *device, int ordinal) {
    *device = ordinal;
    Result result = call(NULL, "device", "(I)[J", (jint)ordinal);
    if (result == SUCCESS && ordinal < DEVICES) {
        text(names[ordinal], NAME_BYTES, "name", "(I)Ljava/lang/String;", (jint)ordinal);
    }
    return result;
}

Result cuDeviceGetName(char *name, int bytes, Device device) {
    strncpy(name, names[device], (size_t)bytes - 1);
    name[bytes - 1] = 0;
    return SUCCESS;
}

Result cuDeviceTotalMem_v2(size_t *bytes, Device device) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "totalMemory", "(I)[J", (jint)device);
    *bytes = (size_t)v[0];
    return result;
}

Result cuDeviceGetAttribute(int *value, int attribute, Device device) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "attribute", "(II)[J", (jint)attribute, (jint)device);
    *value = (int)v[0];
    return result;
}

Result cuDevicePrimaryCtxRetain(Handle *context, Device device) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "retainContext", "(I)[J", (jint)device);
    *context = (Handle)v[0];
    return result;
}

Result cuDevicePrimaryCtxRelease_v2(Device device) {
    return call(NULL, "releaseContext", "(I)[J", (jint)device);
}

Result cuCtxSetCurrent(Handle context) {
    return call(NULL, "setCurrent", "(J)[J", (jlong)context);
}

Result cuModuleLoadDataEx(Handle *module, const char *image, unsigned count, int *options, void **values) {
    JNIEnv *env = environment();
    jsize bytes = (jsize)strlen(image);
    jbyteArray ptx = (*env)->NewByteArray(env, bytes);
    (*env)->SetByteArrayRegion(env, ptx, 0, bytes, (const jbyte *)image);
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "loadModule", "([B)[J", ptx);
    (*env)->DeleteLocalRef(env, ptx);
    *module = (Handle)v[0];
    char *log = NULL;
    size_t size = 0;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == JIT_ERROR_LOG_BUFFER) {
            log = values[i];
        } else if (options[i] == JIT_ERROR_LOG_BUFFER_SIZE) {
            size = (size_t)values[i];
        }
    }
    if (result != SUCCESS && log != NULL && size > 0) {
        text(log, size, "failure", "()Ljava/lang/String;");
    }
    return result;
}

Result cuModuleUnload(Handle module) {
    return call(NULL, "unloadModule", "(J)[J", (jlong)module);
}

Result cuModuleGetFunction(Handle *function, Handle module, const char *name) {
    JNIEnv *env = environment();
    jstring string = (*env)->NewStringUTF(env, name);
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "function", "(JLjava/lang/String;)[J", (jlong)module, string);
    (*env)->DeleteLocalRef(env, string);
    *function = (Handle)v[0];
    return result;
}

Result cuMemGetInfo_v2(size_t *available, size_t *total) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "memory", "()[J");
    *available = (size_t)v[0];
    *total = (size_t)v[1];
    return result;
}

Result cuMemAlloc_v2(Address *address, size_t bytes) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "allocate", "(J)[J", (jlong)bytes);
    *address = (Address)v[0];
    return result;
}

Result cuMemFree_v2(Address address) {
    return call(NULL, "free", "(J)[J", (jlong)address);
}

static jobject pinned(JNIEnv *env, const char *name, ...) {
    va_list arguments;
    va_start(arguments, name);
    jobject buffer = object(env, name, "(J)Ljava/nio/ByteBuffer;", arguments);
    va_end(arguments);
    return buffer;
}

Result cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
    (void)flags;
    JNIEnv *env = environment();
    jobject buffer = pinned(env, "allocatePinned", (jlong)bytes);
    if (buffer == NULL) {
        return UNKNOWN;
    }
    Block *b = malloc(sizeof(Block));
    b->address = (*env)->GetDirectBufferAddress(env, buffer);
    b->bytes = (int64_t)bytes;
    b->buffer = (*env)->NewGlobalRef(env, buffer);
    b->next = blocks;
    blocks = b;
    *address = b->address;
    (*env)->DeleteLocalRef(env, buffer);
    return SUCCESS;
}

Result cuMemFreeHost(void *address) {
    for (Block **link = &blocks; *link != NULL; link = &(*link)->next) {
        Block *b = *link;
        if (b->address == address) {
            Result result = call(NULL, "freePinned", "(Ljava/nio/ByteBuffer;)[J", b->buffer);
            *link = b->next;
            JNIEnv *env = environment();
            (*env)->DeleteGlobalRef(env, b->buffer);
            free(b);
            return result;
        }
    }
    return INVALID_VALUE;
}

Result cuMemcpyHtoDAsync_v2(Address target, const void *source, size_t bytes, Handle stream) {
    Block *b = block(source, (int64_t)bytes);
    if (b == NULL) {
        return INVALID_VALUE;
    }
    jint offset = (jint)((const char *)source - b->address);
    return call(NULL, "copyToDevice", "(JLjava/nio/ByteBuffer;IJJ)[J", (jlong)target, b->buffer, offset,
            (jlong)bytes, (jlong)stream);
}

Result cuMemcpyDtoHAsync_v2(void *target, Address source, size_t bytes, Handle stream) {
    Block *b = block(target, (int64_t)bytes);
    if (b == NULL) {
        return INVALID_VALUE;
    }
    jint offset = (jint)((char *)target - b->address);
    return call(NULL, "copyToHost", "(Ljava/nio/ByteBuffer;IJJJ)[J", b->buffer, offset, (jlong)source,
            (jlong)bytes, (jlong)stream);
}

Result cuMemcpyDtoDAsync_v2(Address target, Address source, size_t bytes, Handle stream) {
    return call(NULL, "copyOnDevice", "(JJJJ)[J", (jlong)target, (jlong)source, (jlong)bytes, (jlong)stream);
}

Result cuMemsetD32Async(Address target, unsigned value, size_t words, Handle stream) {
    return call(NULL, "fill", "(JIJJ)[J", (jlong)target, (jint)value, (jlong)words, (jlong)stream);
}

/* The parameters as one packed block: {1, address, 2, address of the size, 0}. */
Result cuLaunchKernel(Handle function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
        unsigned blockY, unsigned blockZ, unsigned sharedBytes, Handle stream, void **parameters, void **extra) {
    if (parameters != NULL || sharedBytes != 0 || extra == NULL) {
        return NOT_SUPPORTED;
    }
    if ((uintptr_t)extra % sizeof(void *) != 0 || extra[0] != (void *)1 || extra[2] != (void *)2 || extra[4] != NULL) {
        return INVALID_VALUE;
    }
    size_t bytes = *(size_t *)extra[3];
    Block *b = block(extra[1], (int64_t)bytes);
    if (b == NULL || b->address != extra[1]) {
        return INVALID_VALUE;
    }
    return call(NULL, "launch", "(JIIIIIILjava/nio/ByteBuffer;IJ)[J", (jlong)function, (jint)gridX, (jint)gridY,
            (jint)gridZ, (jint)blockX, (jint)blockY, (jint)blockZ, b->buffer, (jint)bytes, (jlong)stream);
}

Result cuStreamCreate(Handle *stream, unsigned flags) {
    (void)flags;
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "createStream", "()[J");
    *stream = (Handle)v[0];
    return result;
}

Result cuStreamDestroy_v2(Handle stream) {
    return call(NULL, "destroyStream", "(J)[J", (jlong)stream);
}

Result cuStreamSynchronize(Handle stream) {
    return call(NULL, "synchronize", "(J)[J", (jlong)stream);
}

Result cuEventCreate(Handle *event, unsigned flags) {
    (void)flags;
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "createEvent", "()[J");
    *event = (Handle)v[0];
    return result;
}

Result cuEventDestroy_v2(Handle event) {
    return call(NULL, "destroyEvent", "(J)[J", (jlong)event);
}

Result cuEventRecord(Handle event, Handle stream) {
    return call(NULL, "recordEvent", "(JJ)[J", (jlong)event, (jlong)stream);
}

Result cuEventElapsedTime(float *millis, Handle start, Handle end) {
    int64_t v[MAX_VALUES] = {0};
    Result result = call(v, "elapsedMillis", "(JJ)[J", (jlong)start, (jlong)end);
    uint32_t bits = (uint32_t)v[0];
    memcpy(millis, &bits, sizeof bits);
    return result;
}
