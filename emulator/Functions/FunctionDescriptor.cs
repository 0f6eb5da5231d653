using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Emulator.Functions;

/// <summary>
/// One <c>[Function]</c> method: its name, its trigger, and a call that is compiled when it is first made: hundreds of them would delay the start. Hosts
/// of one process share what is compiled.
/// </summary>
internal sealed class FunctionDescriptor
{
    private static readonly ConcurrentDictionary<MethodInfo, Func<object?, object?[], object?>> Calls = new();
    private static readonly ConcurrentDictionary<Type, ObjectFactory> Factories = new();
    private readonly Lazy<ObjectFactory>? _factory;
    private readonly Lazy<Func<object?, object?[], object?>> _call;
    private readonly Func<object?, ValueTask<object?>> _unwrap;

    public FunctionDescriptor(string name, MethodInfo method, ParameterInfo trigger, TriggerBindingAttribute attribute)
    {
        (Name, Method, TriggerAttribute) = (name, method, attribute);
        Parameters = method.GetParameters();
        // Binders look for this very instance, and reflection has more than one of the same parameter when hosts of one process start at once.
        Trigger = Parameters[trigger.Position];
        _factory = method.IsStatic ? null : new(() => Factories.GetOrAdd(method.DeclaringType!, type => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes)));
        _call = new(() => Calls.GetOrAdd(method, CompileCall));
        _unwrap = Unwrapper(method.ReturnType);
        Definition = new DescribedFunction(this);
    }

    public string Name { get; }

    public MethodInfo Method { get; }

    public ParameterInfo[] Parameters { get; }

    public ParameterInfo Trigger { get; }

    public TriggerBindingAttribute TriggerAttribute { get; }

    public FunctionDefinition Definition { get; }

    public string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    /// <summary>What the trigger is called in function.json: <c>httpTrigger</c>, <c>queueTrigger</c> …</summary>
    public string TriggerType
    {
        get
        {
            string name = TriggerAttribute.GetType().Name[..^nameof(Attribute).Length];
            return char.ToLowerInvariant(name[0]) + name[1..];
        }
    }

    /// <summary>Makes the function's class from the invocation's services, as the official activator does, and calls the method.</summary>
    public ValueTask<object?> Call(IServiceProvider services, object?[] arguments) =>
        _unwrap(_call.Value(_factory?.Value(services, null), arguments));

    private static Func<object?, object?[], object?> CompileCall(MethodInfo method)
    {
        ParameterExpression target = Expression.Parameter(typeof(object)), arguments = Expression.Parameter(typeof(object?[]));
        IEnumerable<Expression> values = method.GetParameters().Select((p, i) =>
            (Expression)Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType));
        Expression call = Expression.Call(method.IsStatic ? null : Expression.Convert(target, method.DeclaringType!), method, values);
        Expression body = method.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Constant(null))
            : Expression.Convert(call, typeof(object));
        return Expression.Lambda<Func<object?, object?[], object?>>(body, target, arguments).Compile();
    }

    private static Func<object?, ValueTask<object?>> Unwrapper(Type type)
    {
        if (type == typeof(Task)) return static async result => { await (Task)result!; return null; };
        if (type == typeof(ValueTask)) return static async result => { await (ValueTask)result!; return null; };
        string? name = type.IsGenericType && type.GetGenericTypeDefinition() is { } open
            ? open == typeof(Task<>) ? nameof(AwaitTask) : open == typeof(ValueTask<>) ? nameof(AwaitValueTask) : null
            : null;
        return name is null
            ? static result => new ValueTask<object?>(result)
            : typeof(FunctionDescriptor).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object?, ValueTask<object?>>>();
    }

    private static async ValueTask<object?> AwaitTask<T>(object? result) => await (Task<T>)result!;

    private static async ValueTask<object?> AwaitValueTask<T>(object? result) => await (ValueTask<T>)result!;
}
