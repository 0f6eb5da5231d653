namespace Shop.Http;

/// <summary>What a function reads and answers, for the API description; the journey tests hold every response against it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public class BodyAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    /// <summary><c>true</c> where the request may come without a body.</summary>
    public bool Optional { get; init; }

    /// <summary>The media type when it is not JSON, such as <c>text/csv</c>; <see cref="Type"/> is then <see cref="Stream"/>.</summary>
    public string ContentType { get; init; } = "application/json";
}

/// <inheritdoc cref="BodyAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BodyAttribute<T>() : BodyAttribute(typeof(T));

/// <summary>A successful answer: its status and the type of its body, none where there is no body.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public class AnswerAttribute(int status, Type? type = null) : Attribute
{
    public int Status { get; } = status;

    public Type? Type { get; } = type;

    /// <summary>The media type when it is not JSON; the body is then described as bytes.</summary>
    public string ContentType { get; init; } = "application/json";
}

/// <inheritdoc cref="AnswerAttribute"/>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswerAttribute<T>(int status) : AnswerAttribute(status, typeof(T));

/// <summary>
/// A refusal that this function's own rules make, by status and problem codes. Refusals that every function shares (a malformed body,
/// missing rights, a missing key, storage out of reach) are described without being declared.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RefusalAttribute(int status, params string[] codes) : Attribute
{
    public int Status { get; } = status;

    public IReadOnlyList<string> Codes { get; } = codes;
}

/// <summary>A query value that the function reads with <see cref="Query"/>.</summary>
/// <param name="name">As in the URL; <c>option.*</c> stands for every name that begins with <c>option.</c></param>
/// <param name="type">Of one value.</param>
/// <param name="description">What it does, its default and its bounds.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class QueryParameterAttribute(string name, Type type, string description) : Attribute
{
    public string Name { get; } = name;

    public Type Type { get; } = type;

    public string Description { get; } = description;

    /// <summary>The only values, where there are few.</summary>
    public string[] Values { get; init; } = [];

    public bool Required { get; init; }
}

/// <summary>A request header that the function reads itself, such as <c>Prefer</c>.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class HeaderParameterAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;

    public string Description { get; } = description;
}
