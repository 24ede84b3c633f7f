using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>Turns what the file system says into an error that a user can act on.</summary>
internal static class FileFailure
{
    /// <summary>True for the failures that a file system gives for reasons outside of this program.</summary>
    public static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or System.Security.SecurityException;

    /// <summary>The error for a failure while doing something to a path.</summary>
    /// <param name="cause">The failure.</param>
    /// <param name="doing">What was tried: <c>write</c>, <c>read</c>.</param>
    /// <param name="path">To which file or folder.</param>
    /// <param name="state">What the user can rely on now, or empty.</param>
    public static UserException Of(Exception cause, string doing, string path, string state = "")
    {
        // ENOSPC and EDQUOT on Linux, ERROR_DISK_FULL on Windows; .NET carries the number in HResult.
        const int noSpace = 28, quota = 122, diskFull = unchecked((int)0x80070070);
        var (reason, remedy) = cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => ("it does not exist", "check the path"),
            UnauthorizedAccessException => ("permission denied", "check who owns the folder and whether it is read-only"),
            { HResult: noSpace or quota or diskFull } => ("the disk is full", "free some space and run the command again"),
            _ when cause.Message.Contains("Read-only file system", StringComparison.Ordinal) => ("the file system is read-only", "mount it writable, or work in another folder"),
            _ when cause.Message.Contains("No space left", StringComparison.Ordinal) => ("the disk is full", "free some space and run the command again"),
            _ => (cause.Message, "check the file system and run the command again"),
        };
        return new UserException(ErrorKind.Environment, $"cannot {doing} {path}: {reason}{(state.Length == 0 ? "" : $"; {state}")}", remedy, cause);
    }
}
