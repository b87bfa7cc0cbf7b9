package io.github.indirec.kernels.driver;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JCuda in a class loader of its own, because a class loader is whom the JVM asks where a native library is
 * ({@link #findLibrary}): the answer is {@link UnpackedLibrary}'s file. Else JCuda would unpack by itself, under a
 * fixed name in the folder that all users share.
 *
 * <p>Defined here are JCuda and {@code driver.jcuda}, the one package that names its classes; all else is the parent's,
 * so both sides meet in the interfaces of this package.
 */
final class JCudaLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final String JCUDA = "jcuda.";
    private static final String BINDING = JCudaLoader.class.getPackageName() + ".jcuda.";

    private final Path unpackRoot;
    private final Map<String, Path> files = new ConcurrentHashMap<>();

    /**
     * Makes a loader.
     *
     * @param parent has the bytes of JCuda and of our classes
     * @param unpackRoot where native libraries are unpacked
     */
    JCudaLoader(ClassLoader parent, Path unpackRoot) {
        super("jcuda", parent);
        this.unpackRoot = unpackRoot;
    }

    /** The one of this process: a file can be loaded by one class loader only. */
    static JCudaLoader shared() {
        return Shared.LOADER;
    }

    private static final class Shared {
        static final JCudaLoader LOADER =
                new JCudaLoader(JCudaLoader.class.getClassLoader(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Makes an object of a class of {@code driver.jcuda} by its one public constructor. */
    <T> T create(Class<T> type, String simpleName, Object... arguments) {
        try {
            return type.cast(loadClass(BINDING + simpleName).getConstructors()[0].newInstance(arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(simpleName + " has one public constructor", e);
        }
    }

    /**
     * Loads one of JCuda's libraries, before a class of JCuda asks for it: where that fails, JCuda would go on to the
     * file of the fixed name.
     *
     * @param library as JCudaDriver
     * @throws FileNotFoundException if the library is not on the class path
     * @throws IOException if it cannot be unpacked
     * @throws LinkageError if it cannot be loaded
     */
    void load(String library) throws IOException {
        NativeLibraries libraries = create(NativeLibraries.class, "Libraries");
        libraries.load(unpacked(libraries.name(library)).toString());
    }

    private Path unpacked(String name) throws IOException {
        Path known = files.get(name);
        if (known != null) {
            return known;
        }
        String fileName = System.mapLibraryName(name);
        try (InputStream in = getParent().getResourceAsStream("lib/" + fileName)) {
            if (in == null) {
                throw new FileNotFoundException("lib/" + fileName);
            }
            Path file = UnpackedLibrary.of(unpackRoot, fileName, in.readAllBytes());
            files.put(name, file);
            return file;
        }
    }

    @Override
    protected String findLibrary(String name) {
        try {
            return unpacked(name).toString();
        } catch (FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(JCUDA) && !name.startsWith(BINDING)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
