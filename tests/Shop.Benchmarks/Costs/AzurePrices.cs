namespace Shop.Benchmarks.Costs;

/// <summary>
/// List prices of Azure in US dollars, pay as you go, region East US, locally redundant storage (general purpose v2, hot). Whoever computes with others changes them
/// here; <c>https://azure.microsoft.com/pricing/details/</c> has them for every region.
/// </summary>
internal static class AzurePrices
{
    /// <summary>When they were looked up.</summary>
    public const string AsOf = "2025-05";

    /// <summary>Tables: 0.00036 for 10,000 operations; a transaction is one.</summary>
    public const double TableOperation = 0.00036 / 10_000;

    /// <summary>Queues: 0.004 for 10,000 operations.</summary>
    public const double QueueOperation = 0.004 / 10_000;

    /// <summary>Blobs: 0.05 for 10,000 writes; reads cost a tenth.</summary>
    public const double BlobWrite = 0.05 / 10_000;

    /// <summary>Functions, Flex Consumption, on demand: 0.40 for a million executions.</summary>
    public const double Execution = 0.40 / 1_000_000;

    /// <summary>Functions, Flex Consumption, on demand.</summary>
    public const double GigabyteSecond = 0.000026;

    /// <summary>The smallest instance that the shop is deployed on.</summary>
    public const int InstanceGigabytes = 2;

    /// <summary>Service Bus, Standard: 0.80 for a million operations above those that are included.</summary>
    public const double ServiceBusOperation = 0.80 / 1_000_000;

    /// <summary>What the official Azure Storage back end of Durable Functions asks for an order of two orchestrations and six activities; measured on the real host, polling aside.</summary>
    public const int DurableOperationsOfAnOrder = 65;

    /// <summary>Two events (paid, completed), each sent once and received and completed by five subscriptions.</summary>
    public const int ServiceBusOperationsOfAnOrder = 22;
}
