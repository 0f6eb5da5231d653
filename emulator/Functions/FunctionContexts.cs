using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Shop.Emulator.Functions;

/// <summary>The context of one invocation, as middleware and functions see it.</summary>
internal sealed class InvocationContext : FunctionContext, IInvocationFeatures
{
    private readonly Dictionary<Type, object> _features = [];
    private IDictionary<object, object>? _items;

    public InvocationContext(FunctionDescriptor function, IServiceProvider services, Activity? activity, CancellationToken cancellationToken)
    {
        Function = function;
        InstanceServices = services;
        TraceContext = new InvocationTrace(activity?.Id ?? "", activity?.TraceStateString ?? "");
        CancellationToken = cancellationToken;
        Result = new InvocationResultSlot();
        _features[typeof(InvocationResult)] = Result;
    }

    public FunctionDescriptor Function { get; }

    public InvocationResultSlot Result { get; }

    /// <summary>Fills the arguments when the pipeline reaches the function; middleware runs before binding, as on the real host.</summary>
    public required Func<InvocationContext, ValueTask<object?[]>> Bind { get; init; }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; } = new NoBindingData();

    public override RetryContext RetryContext { get; } = new NoRetry();

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features => this;

    public override CancellationToken CancellationToken { get; }

    public void Set<T>(T instance) => _features[typeof(T)] = instance!;

    public T? Get<T>() => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : default;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class InvocationTrace(string traceParent, string traceState) : TraceContext
    {
        public override string TraceParent { get; } = traceParent;

        public override string TraceState { get; } = traceState;
    }

    private sealed class NoBindingData : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = ImmutableDictionary<string, object?>.Empty;
    }

    private sealed class NoRetry : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }
}

/// <summary>Where the function's return value waits for the host; middleware may read and replace it.</summary>
internal sealed class InvocationResultSlot : InvocationResult
{
    public override object? Value { get; set; }
}

/// <summary>A function as <see cref="FunctionContext.FunctionDefinition"/> shows it.</summary>
internal sealed class DescribedFunction(FunctionDescriptor function) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. function.Parameters.Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];

    public override string PathToAssembly => function.Method.DeclaringType!.Assembly.Location;

    public override string EntryPoint => function.EntryPoint;

    public override string Id { get; } = function.Name.ToLowerInvariant();

    public override string Name => function.Name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = function.Parameters
        .Select(p => (p.Name, Binding: p.GetCustomAttributes(true).OfType<BindingAttribute>().FirstOrDefault()))
        .Where(p => p.Binding is not null)
        .ToImmutableDictionary(p => p.Name!, BindingMetadata (p) => new Metadata(p.Name!, TypeOf(p.Binding!), BindingDirection.In));

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = function.Method.GetCustomAttributes(true).OfType<OutputBindingAttribute>()
        .ToImmutableDictionary(b => "$return", BindingMetadata (b) => new Metadata("$return", TypeOf(b), BindingDirection.Out));

    private static string TypeOf(BindingAttribute binding)
    {
        string name = binding.GetType().Name[..^nameof(Attribute).Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private sealed class Metadata(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name { get; } = name;

        public override string Type { get; } = type;

        public override BindingDirection Direction { get; } = direction;
    }
}
