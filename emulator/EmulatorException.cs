namespace Shop.Emulator;

/// <summary>A failure that the person at the keyboard can mend: its message is shown without a stack trace.</summary>
internal sealed class EmulatorException(string message) : Exception(message);
