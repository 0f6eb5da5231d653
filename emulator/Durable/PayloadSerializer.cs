using Azure.Core.Serialization;

namespace Shop.Emulator.Durable;

/// <summary>Inputs, outputs, events and statuses as the worker's serializer writes them.</summary>
internal sealed class PayloadSerializer(ObjectSerializer serializer)
{
    public string? Serialize(object? value) => value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    public T? Deserialize<T>(string? json) => (T?)Deserialize(json, typeof(T));

    public object? Deserialize(string? json, Type type)
    {
        if (json is not null) return serializer.Deserialize(BinaryData.FromString(json).ToStream(), type, CancellationToken.None);
        return type.IsValueType ? Activator.CreateInstance(type) : null;
    }
}
