using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Shop.Emulator.Functions;

namespace Shop.Tests.Emulator.Functions;

public sealed class FunctionDescriptorTests
{
    [Fact]
    public void The_trigger_is_one_of_the_parameters_whichever_instance_of_it_reflection_gave()
    {
        MethodInfo method = typeof(Worker).GetMethod(nameof(Worker.Work))!;
        ParameterInfo another = typeof(SpecialWorker).GetMethod(nameof(Worker.Work))!.GetParameters()[1];
        Assert.NotSame(method.GetParameters()[1], another);

        var described = new FunctionDescriptor("Work", method, another, new ActivityTriggerAttribute());

        Assert.Same(described.Parameters[1], described.Trigger);
    }

    private class Worker
    {
        public string Work(int first, string second) => $"{this}{first}{second}";
    }

    private sealed class SpecialWorker : Worker;
}
