namespace Shop.Common;

/// <summary>An expected refusal, as RFC 9457 problem+json tells it. Infrastructure that breaks throws instead.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, machine-readable, <c>module.reason</c>.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
public sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>Where in the request it was, each with a JSON Pointer (RFC 6901).</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When to try again, for the <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Problem At(string pointer, string detail) => this with { Errors = [.. Errors, new FieldError(pointer, detail)] };
}

/// <summary>One mistake in a request.</summary>
/// <param name="Pointer">JSON Pointer into the body, such as <c>/lines/0/quantity</c>; <c>?limit</c> for a query value.</param>
/// <param name="Detail">What is wrong with the value there.</param>
public sealed record FieldError(string Pointer, string Detail);

/// <summary>Either a value or the problem that stands in its way.</summary>
public readonly record struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Problem? problem) => (_value, Problem) = (value, problem);

    public Problem? Problem { get; }

    public bool Ok => Problem is null;

    /// <exception cref="InvalidOperationException">There is a problem instead.</exception>
    public T Value => Problem is null ? _value! : throw new InvalidOperationException($"There is no value but a problem: {Problem.Code}.");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);

    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) => Problem ?? next(_value!);

    public Result<TNext> Map<TNext>(Func<T, TNext> next) => Problem is null ? next(_value!) : Problem;
}
