// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// What StarkWare's operators, governors and proxies say.
contract Governed {
    event LogStateTransitionFact(bytes32 stateTransitionFact);
    event LogOperatorAdded(address operator);
    event LogOperatorRemoved(address operator);
    event LogNominatedGovernor(address nominatedGovernor);
    event LogNewGovernorAccepted(address acceptedGovernor);
    event LogRemovedGovernor(address removedGovernor);
    event LogNominationCancelled();
    event ImplementationAdded(address indexed implementation, bytes initializer, bool finalize);
    event ImplementationRemoved(address indexed implementation, bytes initializer, bool finalize);
    event ImplementationUpgraded(address indexed implementation, bytes initializer);
    event FinalizedImplementation(address indexed implementation);

    function govern(address a, bytes calldata data) external {
        emit LogOperatorAdded(a);
        emit LogOperatorRemoved(a);
        emit LogNominatedGovernor(a);
        emit LogNewGovernorAccepted(a);
        emit LogRemovedGovernor(a);
        emit LogNominationCancelled();
        emit ImplementationAdded(a, data, true);
        emit ImplementationRemoved(a, data, false);
        emit ImplementationUpgraded(a, data);
        emit FinalizedImplementation(a);
    }
}

/// What Starknet's core contract says, and how it names messages.
abstract contract CoreEvents is Governed {
    event LogStateUpdate(uint256 globalRoot, int256 blockNumber, uint256 blockHash);
    event LogStateUpdate(uint256 globalRoot, int256 blockNumber);
    event LogMessageToL1(uint256 indexed fromAddress, address indexed toAddress, uint256[] payload);
    event ConsumedMessageToL1(uint256 indexed fromAddress, address indexed toAddress, uint256[] payload);
    event LogMessageToL2(
        address indexed fromAddress, uint256 indexed toAddress, uint256 indexed selector,
        uint256[] payload, uint256 nonce, uint256 fee
    );
    event LogMessageToL2(
        address indexed fromAddress, uint256 indexed toAddress, uint256 indexed selector,
        uint256[] payload, uint256 nonce
    );
    event ConsumedMessageToL2(
        address indexed fromAddress, uint256 indexed toAddress, uint256 indexed selector,
        uint256[] payload, uint256 nonce
    );
    event MessageToL2CancellationStarted(
        address indexed fromAddress, uint256 indexed toAddress, uint256 indexed selector,
        uint256[] payload, uint256 nonce
    );
    event MessageToL2Canceled(
        address indexed fromAddress, uint256 indexed toAddress, uint256 indexed selector,
        uint256[] payload, uint256 nonce
    );
    event ConfigHashChanged(address indexed changedBy, uint256 oldConfigHash, uint256 newConfigHash);
    event ProgramHashChanged(address indexed changedBy, uint256 oldProgramHash, uint256 newProgramHash);
    event AggregatorProgramHashChanged(address indexed changedBy, uint256 oldHash, uint256 newHash);
    event Finalized();

    mapping(bytes32 => bool) public isValid;

    function l1ToL2MsgHash(
        address from, uint256 to, uint256 selector, uint256[] calldata payload, uint256 nonce
    ) external pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(uint256(uint160(from)), to, nonce, selector, payload.length, payload)
        );
    }

    function l2ToL1MsgHash(uint256 from, address to, uint256[] calldata payload)
        external pure returns (bytes32)
    {
        return keccak256(abi.encodePacked(from, uint256(uint160(to)), payload.length, payload));
    }
}

/// Says what Starknet's core contract says, and hashes facts and messages as it does.
contract CoreEmitter is CoreEvents {
    function update(uint256 root, int256 number, uint256 hash) external {
        emit LogStateUpdate(root, number, hash);
        emit LogStateUpdate(root, number);
    }

    /// As updateStateKzgDA does with its words: the fact is registered and logged, then the new state.
    function settle(uint256 programHash, uint256[] calldata output) external {
        bytes32 fact = keccak256(abi.encodePacked(output));
        isValid[keccak256(abi.encode(programHash, fact))] = true;
        emit LogStateTransitionFact(fact);
        emit LogStateUpdate(output[1], int256(output[3]), output[5]);
    }

    function messages(uint256 from, address to, uint256 selector, uint256[] calldata payload) external {
        emit LogMessageToL1(from, to, payload);
        emit ConsumedMessageToL1(from, to, payload);
        emit LogMessageToL2(to, from, selector, payload, 7, 1 ether);
        emit LogMessageToL2(to, from, selector, payload, 7);
        emit ConsumedMessageToL2(to, from, selector, payload, 7);
        emit MessageToL2CancellationStarted(to, from, selector, payload, 7);
        emit MessageToL2Canceled(to, from, selector, payload, 7);
    }

    function change(uint256 before, uint256 later) external {
        emit ProgramHashChanged(msg.sender, before, later);
        emit AggregatorProgramHashChanged(msg.sender, before, later);
        emit ConfigHashChanged(msg.sender, before, later);
        emit Finalized();
    }
}

/// Says what StarkEx exchanges of four generations say.
contract ExchangeEmitter is Governed {
    event LogRootUpdate(uint256 sequenceNumber, uint256 vaultRoot, uint256 orderRoot);
    event LogRootUpdate(uint256 sequenceNumber, uint256 batchId, uint256 vaultRoot, uint256 orderRoot);
    event LogRootUpdate(
        uint256 sequenceNumber, uint256 batchId,
        uint256 validiumVaultRoot, uint256 rollupVaultRoot, uint256 orderRoot
    );
    event LogUpdateState(uint256 sequenceNumber, uint256 batchId);

    function update(uint256 sequence) external {
        emit LogRootUpdate(sequence, 2, 3);
        emit LogRootUpdate(sequence, 4, 5, 6);
        emit LogRootUpdate(sequence, 7, 8, 9, 10);
        emit LogUpdateState(sequence, 11);
        emit LogStateTransitionFact(bytes32(sequence));
    }
}

/// Says what the registry of memory pages says.
contract PageEmitter {
    event LogMemoryPageFactRegular(bytes32 factHash, uint256 memoryHash, uint256 prod);
    event LogMemoryPageFactContinuous(bytes32 factHash, uint256 memoryHash, uint256 prod);

    function register(bytes32 fact) external {
        emit LogMemoryPageFactRegular(fact, 1, 2);
        emit LogMemoryPageFactContinuous(fact, 3, 4);
    }
}
