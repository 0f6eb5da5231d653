// Signatures follow Microsoft.Azure.Functions.Worker.Core.
using System.Collections.Immutable;
using Azure.Core.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker
{
    using Microsoft.Azure.Functions.Worker.Middleware;

    public enum BindingDirection
    {
        In = 0,
        Out = 1,
    }

    public abstract class BindingMetadata
    {
        public abstract string Name { get; }
        public abstract string Type { get; }
        public abstract BindingDirection Direction { get; }
    }

    public abstract class BindingContext
    {
        public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
    }

    public class FunctionParameter
    {
        public FunctionParameter(string name, Type type) : this(name, type, false, null, ImmutableDictionary<string, object>.Empty) { }
        public FunctionParameter(string name, Type type, IReadOnlyDictionary<string, object> properties) : this(name, type, false, null, properties) { }
        public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue) : this(name, type, hasDefaultValue, defaultValue, ImmutableDictionary<string, object>.Empty) { }
        public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue, IReadOnlyDictionary<string, object> properties) =>
            (Name, Type, HasDefaultValue, DefaultValue, Properties) = (name, type, hasDefaultValue, defaultValue, properties);
        public string Name { get; }
        public Type Type { get; }
        public bool HasDefaultValue { get; }
        public object? DefaultValue { get; }
        public IReadOnlyDictionary<string, object> Properties { get; }
    }

    public abstract class FunctionDefinition
    {
        public abstract ImmutableArray<FunctionParameter> Parameters { get; }
        public abstract string PathToAssembly { get; }
        public abstract string EntryPoint { get; }
        public abstract string Id { get; }
        public abstract string Name { get; }
        public abstract IImmutableDictionary<string, BindingMetadata> InputBindings { get; }
        public abstract IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }
    }

    public abstract class TraceContext
    {
        public abstract string TraceParent { get; }
        public abstract string TraceState { get; }
    }

    public abstract class RetryContext
    {
        public abstract int RetryCount { get; }
        public abstract int MaxRetryCount { get; }
    }

    public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
    {
        void Set<T>(T instance);
        T? Get<T>();
    }

    public abstract class FunctionContext
    {
        public abstract string InvocationId { get; }
        public abstract string FunctionId { get; }
        public abstract TraceContext TraceContext { get; }
        public abstract BindingContext BindingContext { get; }
        public abstract RetryContext RetryContext { get; }
        public abstract IServiceProvider InstanceServices { get; set; }
        public abstract FunctionDefinition FunctionDefinition { get; }
        public abstract IDictionary<object, object> Items { get; set; }
        public abstract IInvocationFeatures Features { get; }
        public virtual CancellationToken CancellationToken { get; }
    }

    public abstract class InvocationResult<T>
    {
        public abstract T? Value { get; set; }
    }

    public abstract class InvocationResult : InvocationResult<object>;

    public static class FunctionContextBindingFeatureExtensions
    {
        public static InvocationResult GetInvocationResult(this FunctionContext context) =>
            context.Features.Get<InvocationResult>() ?? throw new InvalidOperationException("This invocation has no result slot.");

        public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
            throw new NotSupportedException("The emulator offers GetInvocationResult() only; its Value is an object.");
    }

    public static class FunctionContextLoggerExtensions
    {
        public static ILogger<T> GetLogger<T>(this FunctionContext context) => context.InstanceServices.GetRequiredService<ILogger<T>>();
        public static ILogger GetLogger(this FunctionContext context, string categoryName) =>
            context.InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
    }

    public interface IFunctionsWorkerApplicationBuilder
    {
        IServiceCollection Services { get; }
        IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
    }

    public class WorkerOptions
    {
        public ObjectSerializer? Serializer { get; set; }
    }

    public static class FunctionContextExtensions
    {
        internal const string HttpContextKey = "HttpRequestContext";

        public static AspNetCore.Http.HttpContext? GetHttpContext(this FunctionContext context) =>
            context.Items.TryGetValue(HttpContextKey, out object? value) ? value as AspNetCore.Http.HttpContext : null;
    }
}

namespace Microsoft.Azure.Functions.Worker.Middleware
{
    public delegate Task FunctionExecutionDelegate(FunctionContext context);

    public interface IFunctionsWorkerMiddleware
    {
        Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
    }
}

namespace Microsoft.Extensions.Hosting
{
    using Microsoft.Azure.Functions.Worker;
    using Microsoft.Azure.Functions.Worker.Middleware;

    public static class MiddlewareWorkerApplicationBuilderExtensions
    {
        public static IFunctionsWorkerApplicationBuilder UseMiddleware<T>(this IFunctionsWorkerApplicationBuilder builder) where T : class, IFunctionsWorkerMiddleware
        {
            builder.Services.AddSingleton<T>();
            return builder.Use(next =>
            {
                T? instance = null;
                return context => (instance ??= context.InstanceServices.GetRequiredService<T>()).Invoke(context, next);
            });
        }

        public static IFunctionsWorkerApplicationBuilder UseMiddleware(this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, Func<Task>, Task> middleware) =>
            builder.Use(next => context => middleware(context, () => next(context)));

        public static IFunctionsWorkerApplicationBuilder UseWhen<T>(this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, bool> predicate) where T : class, IFunctionsWorkerMiddleware
        {
            builder.Services.AddSingleton<T>();
            return builder.Use(next => context => predicate(context) ? context.InstanceServices.GetRequiredService<T>().Invoke(context, next) : next(context));
        }

        public static IFunctionsWorkerApplicationBuilder UseWhen(this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, bool> predicate, Func<FunctionContext, Func<Task>, Task> middleware) =>
            builder.Use(next => context => predicate(context) ? middleware(context, () => next(context)) : next(context));
    }
}
