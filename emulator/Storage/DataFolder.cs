namespace Shop.Emulator.Storage;

/// <summary>The folder that keeps data from one start to the next. One shop at a time: two would hand out each other's work, and the first to stop would stop the other's Azurite.</summary>
internal static class DataFolder
{
    /// <summary>A shop that was told to stop, or was killed, needs a moment to be gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>Holds the folder until it is closed; the operating system closes it for a process that was killed.</returns>
    /// <exception cref="EmulatorException">Another shop runs with this folder, or it cannot be written to.</exception>
    public static async Task<FileStream> Take(string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, unusable);
        }
        string file = Path.Combine(folder, "shop.lock");
        for (long began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken))
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException unusable)
            {
                throw Unusable(folder, unusable);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
            }
            catch (IOException taken)
            {
                throw File.Exists(file)
                    ? new EmulatorException($"Another shop is running with the data in {folder}. Stop it first, or start this one with data of its own: --throwaway.")
                    : Unusable(folder, taken);
            }
        }
    }

    private static EmulatorException Unusable(string folder, Exception why) => new($"Data cannot be kept in {folder}: {why.Message} Start with --throwaway, or from a folder that can be written to.");
}
