using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.Adapters.Functions;

/// <summary>Runs programs of the repository by the exec protocol of the KRM Functions Specification: input on standard input, output on standard output.</summary>
/// <param name="time">The clock of the time limit.</param>
/// <param name="surroundings">The variables from which the program's environment is taken; null: those of this process.</param>
public sealed class FunctionProgram(TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
{
    /// <summary>Runs a function to its end. Any exit code is an answer.</summary>
    /// <param name="root">The folder of <c>meshlift.yaml</c>, in which the program runs.</param>
    /// <param name="exec">The program; a file below that folder.</param>
    /// <param name="arguments">Its arguments; no shell reads them.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="limit">How long it may run.</param>
    /// <param name="name">The function in messages.</param>
    /// <param name="cancel">Gives up; the program and what it started are killed.</param>
    /// <exception cref="UserException">It is missing, no program, leads out of the repository, takes too long or writes too much.</exception>
    public async Task<ProgramOutput> RunAsync(
        string root, RepositoryPath exec, ImmutableArray<string> arguments, ReadOnlyMemory<byte> input, TimeSpan limit, string name, CancellationToken cancel)
    {
        var program = RealPath.Of(Path.Combine(root, exec.Value));
        if (!RealPath.IsWithin(program, RealPath.Of(root))) throw new UserException(ErrorKind.Refused, $"{name} is a link that leads out of the repository", "put the program itself into the repository, so that it is reviewed with everything else");
        if (!File.Exists(program)) throw new UserException(ErrorKind.Input, $"{name} is not there", "correct the path; it starts at the folder of meshlift.yaml, and with --commit the program must be committed");
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(program) & execute) == UnixFileMode.None)
            throw new UserException(ErrorKind.Input, $"{name} may not be executed", $"run 'chmod +x {exec}', and commit that");
        var call = new ProgramCall(RealPath.Of(root), arguments) { Input = input, TimeLimit = limit };
        return await new ExternalProgram(program, $"{exec} must be a program: a script begins with #! and the path of its interpreter", time, surroundings).RunAsync(call, cancel);
    }
}
