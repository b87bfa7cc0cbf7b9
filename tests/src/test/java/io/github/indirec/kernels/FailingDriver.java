package io.github.indirec.kernels;

import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A driver whose device is lost at some launch: from there on every call fails, as a real one's does. */
final class FailingDriver {
    private final CudaDriver driver;
    private long launchesLeft;

    private FailingDriver(CudaDriver driver, long launches) {
        this.driver = driver;
        this.launchesLeft = launches;
    }

    /** @param launches number of launches that succeed */
    static CudaDriver after(long launches, CudaDriver driver) {
        FailingDriver failing = new FailingDriver(driver, launches);
        return (CudaDriver) Proxy.newProxyInstance(
                CudaDriver.class.getClassLoader(),
                new Class<?>[] {CudaDriver.class},
                (proxy, method, arguments) -> failing.call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("launch")) {
            launchesLeft--;
        }
        boolean ends = method.getName().equals("close") || method.getName().equals("releaseContext");
        if (launchesLeft < 0 && !ends) {
            throw new DriverException(method.getName(), DriverStatus.LAUNCH_FAILED.code(), "the device fell off the bus");
        }
        try {
            return method.invoke(driver, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
