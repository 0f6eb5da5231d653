using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace Shop.Storage;

/// <summary>Addresses that let whoever has them at one blob for a while.</summary>
internal static class SignedUrls
{
    /// <param name="container">The blob's container.</param>
    /// <param name="blob">It need not be there.</param>
    /// <param name="permissions">What may be done with it.</param>
    /// <param name="until">On storage's own clock.</param>
    public static async Task<Uri> SignedUrl(this BlobContainerClient container, string blob, BlobSasPermissions permissions, DateTimeOffset until, CancellationToken cancellationToken)
    {
        BlobClient client = container.GetBlobClient(blob);
        if (client.CanGenerateSasUri) return client.GenerateSasUri(permissions, until);

        // With an identity there is no account key to sign with; storage lends one. It must be good already where clocks differ.
        BlobServiceClient service = container.GetParentBlobServiceClient();
        UserDelegationKey key = await service.GetUserDelegationKeyAsync(until.AddHours(-2), until, cancellationToken);
        var sas = new BlobSasBuilder(permissions, until) { BlobContainerName = container.Name, BlobName = blob, Resource = "b" };
        return new BlobUriBuilder(client.Uri) { Sas = sas.ToSasQueryParameters(key, service.AccountName) }.ToUri();
    }
}
