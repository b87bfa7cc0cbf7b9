package io.github.indirec.tensor.cpu;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a benchmark is called in tables. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Workload {
    /** What is computed. */
    String kernel();

    /** On how much of it. */
    String size();
}
