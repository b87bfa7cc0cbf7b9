package io.github.indirec.kernels.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what ptxas says with {@code --verbose}: a line for the kernel, one for its stack, one for what it uses. */
public final class PtxasLog {
    private static final Pattern KERNEL = Pattern.compile("Compiling entry function '([^']+)'");
    private static final Pattern STACK = Pattern.compile(
            "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    private PtxasLog() {}

    /** The kernels in the order of the log. */
    public static Map<String, KernelResources> read(String log) {
        Map<String, KernelResources> kernels = new LinkedHashMap<>();
        String name = null;
        int[] stack = null;
        for (String line : log.lines().toList()) {
            Matcher kernel = KERNEL.matcher(line);
            Matcher frame = STACK.matcher(line);
            Matcher registers = REGISTERS.matcher(line);
            if (kernel.find()) {
                name = kernel.group(1);
                stack = null;
            } else if (name != null && stack == null && frame.find()) {
                stack = new int[] {number(frame, 1), number(frame, 2), number(frame, 3)};
            } else if (name != null && registers.find()) {
                if (stack == null) {
                    throw new IllegalArgumentException("ptxas: no stack is told of " + name + " in\n" + log);
                }
                Matcher shared = SHARED.matcher(line);
                int bytes = shared.find() ? number(shared, 1) : 0;
                kernels.put(name, new KernelResources(number(registers, 1), stack[0], stack[1], stack[2], bytes));
                name = null;
            }
        }
        return kernels;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
