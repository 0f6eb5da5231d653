namespace Shop.Integration;

/// <summary>
/// How the shop reaches its topic. <c>ServiceBus</c> is a connection string; in Azure <c>ServiceBus__fullyQualifiedNamespace</c> names the
/// namespace instead, and the app's identity opens it: the same settings that the Service Bus trigger reads.
/// </summary>
public sealed record ServiceBusSettings(string? ConnectionString, string? FullyQualifiedNamespace, string TopicName);
