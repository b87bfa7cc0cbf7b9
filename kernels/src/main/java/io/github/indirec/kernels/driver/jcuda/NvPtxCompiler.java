package io.github.indirec.kernels.driver.jcuda;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;

import io.github.indirec.kernels.driver.KernelResources;
import io.github.indirec.kernels.driver.PtxCompiler;
import io.github.indirec.kernels.driver.PtxasLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** The static ptxas in JCuda's native library. */
public final class NvPtxCompiler implements PtxCompiler {
    public NvPtxCompiler() {}

    @Override
    public Map<String, KernelResources> compile(String ptx, String architecture) {
        byte[] text = ptx.getBytes(StandardCharsets.US_ASCII);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        check("nvPTXCompilerCreate", nvPTXCompilerCreate(compiler, text.length, Arrays.copyOf(text, text.length + 1)));
        try {
            String[] options = {"--gpu-name=" + architecture, "--verbose"};
            int status = nvPTXCompilerCompile(compiler, options.length, options);
            if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
                throw new IllegalArgumentException("PTX does not compile for " + architecture + " ("
                        + nvPTXCompileResult.stringFor(status) + "): " + errorLog(compiler));
            }
            return PtxasLog.read(infoLog(compiler));
        } finally {
            nvPTXCompilerDestroy(compiler);
        }
    }

    private static String infoLog(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        check("nvPTXCompilerGetInfoLogSize", nvPTXCompilerGetInfoLogSize(compiler, size));
        byte[] log = new byte[Math.toIntExact(size[0]) + 1];
        check("nvPTXCompilerGetInfoLog", nvPTXCompilerGetInfoLog(compiler, log));
        return Devices.text(log);
    }

    private static String errorLog(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        check("nvPTXCompilerGetErrorLogSize", nvPTXCompilerGetErrorLogSize(compiler, size));
        byte[] log = new byte[Math.toIntExact(size[0]) + 1];
        check("nvPTXCompilerGetErrorLog", nvPTXCompilerGetErrorLog(compiler, log));
        return Devices.text(log);
    }

    private static void check(String call, int status) {
        if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
            throw new IllegalStateException(call + " returned " + nvPTXCompileResult.stringFor(status));
        }
    }
}
