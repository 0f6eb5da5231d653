using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Hosting;

/// <summary>Secrets that a real deployment keeps in Key Vault: made on first use, kept with the emulator's data, never in the repository.</summary>
internal sealed class EmulatorSecrets(EmulatorStorage storage)
{
    private readonly BlobContainerClient _container = storage.Container("secrets");

    /// <summary>The secret of one setting: 256 random bits in base64, the same at every start.</summary>
    public string Get(string setting)
    {
        BlobClient blob = _container.GetBlobClient(setting.Replace(':', '-').ToLowerInvariant());
        while (true)
        {
            try
            {
                return blob.DownloadContent().Value.Content.ToString();
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                _container.CreateIfNotExists();
                TryMake(blob);
            }
        }
    }

    /// <summary>Of two processes that start at once, one makes it for both.</summary>
    private static void TryMake(BlobClient blob)
    {
        try
        {
            blob.Upload(BinaryData.FromString(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))), overwrite: false);
        }
        catch (RequestFailedException made) when (made.Status == 409)
        {
            // By the other.
        }
    }
}
